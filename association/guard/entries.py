"""Owns one thing that Graph shows about the association, and how it could be taken away. It leaves judging it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Write:
    """One request that takes something away."""

    method: str
    """`DELETE`, `PATCH` or `POST`."""
    path: str
    """Below the version."""
    body: Json | None = None


@dataclass(frozen=True, kw_only=True)
class KeyRemoval:
    """One key credential to be taken out of the list that Graph replaces as a whole."""

    path: str
    """`/applications/{id}` or `/servicePrincipals/{id}`."""
    key_id: str


@dataclass(frozen=True, kw_only=True)
class PreAuthorizationRemoval:
    """One client to be taken out of the pre-authorized ones, which Graph replaces as a whole too."""

    path: str
    """`/applications/{id}`."""
    client_id: str


Removal = Write | KeyRemoval | PreAuthorizationRemoval


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """A name that only another object knows; asked for when the entry is a finding."""

    path: str
    """Below the version."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One key of one family, as observed."""

    family: str
    key: str
    sentence: str
    """Who or what, since when, until when; nothing in it acts on a terminal."""
    removal: Removal | None = None
    """How it could be taken away; None when only a person can."""
    person: str = ""
    """What a person has to do where `removal` is None."""
    lookups: tuple[Lookup, ...] = ()
    """What would make the sentence better."""
    traces: tuple[str, ...] = ()
    """Ids that the audit log names when it was added: the changed object first, then what was added."""
