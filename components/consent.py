"""The arguments of a `ConsentedApplication` and what is declared by them, judged as a whole before anything is registered.

No `from __future__ import annotations` here: Pulumi's schema analyzer reads these annotations at run time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import pulumi

from association.arguments import name_setting
from association.consent_arguments import CONSENT_ARGUMENTS, CONSENT_READERS, NOTHING_TO_GRANT
from association.contract import GuardMode
from association.errors import SettingsError
from association.permissions import FULL_ACCESS, Permission
from association.text import suggest
from components.declaration import ArgumentsError, is_later


class ConsentedApplicationArgs(TypedDict):
    """What is granted to a vendor's own application, and what is expected of it."""

    client_id: str
    """Application (client) ID of the vendor's application."""
    publisher: str
    """Tenant ID that must own the application: the vendor's. Another one is refused before anything is granted."""
    permissions: NotRequired[Sequence[str]]
    """App roles to grant: `role` for Exchange Online, `API/role` for another API. Default: none."""
    delegated: NotRequired[Mapping[str, Sequence[str]]]
    """Delegated permissions to grant, written as app roles are, by who they are for: `everyone`, or the object ID of
    one user. Default: none."""
    owners: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Object IDs of the owners of the service principal. Default: none."""
    guard: NotRequired[str]
    """What to do about access paths that are not declared: `report` (default), `enforce` to remove them, `off`."""
    exceptions: NotRequired[Sequence[Mapping[str, str]]]
    """Findings of the guard that are accepted for a while: `finding` as it was reported, `reason`, `until` (YYYY-MM-DD)."""
    delete_taken_over: NotRequired[bool]
    """Whether `destroy`, and taking a permission out, also delete what was there before. Default: false."""


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What is declared, with every default filled in."""

    client_id: str
    publisher: str
    permissions: tuple[Permission, ...]
    delegated: Mapping[str, tuple[Permission, ...]]
    """`everyone` or a user's object ID, in lower case, to scopes."""
    owners: pulumi.Input[list[str]]
    guard: GuardMode
    exceptions: tuple[Mapping[str, str], ...]
    delete_taken_over: bool

    @property
    def uses_ews(self) -> bool:
        """Whether Exchange Web Services must be open to the application."""
        return FULL_ACCESS in self.permissions


def check_consent(args: Mapping[str, Any]) -> Consent:
    """Check and judge every argument.

    Args:
        args: `ConsentedApplicationArgs`, as the program or another language handed them over.

    Raises:
        ArgumentsError: Everything that is wrong, at once.
    """
    problems = [
        f"{name}: unknown argument; {suggest(str(name), CONSENT_ARGUMENTS)}"
        for name in args
        if name not in CONSENT_ARGUMENTS
    ]
    problems += _find_outputs(args)
    if problems:
        raise ArgumentsError.of_all(problems)
    checked: dict[str, Any] = {}
    for name, read in CONSENT_READERS.items():
        value = args.get(name)
        try:
            checked[name] = pulumi.Output.from_input(value).apply(_read_owners) if is_later(value) else read(value)
        except SettingsError as error:
            problems.extend(error.problems)
    if not problems and not checked["permissions"] and not checked["delegated"]:
        problems.append(NOTHING_TO_GRANT)
    if problems:
        raise ArgumentsError.of_all(problems)
    return Consent(**checked)


def _find_outputs(args: Mapping[str, Any]) -> Iterator[str]:
    """All but the owners decide which resources there are, or whether anything may be granted: they must be known at once."""
    for name, value in args.items():
        if is_later(value) and name != "owners":
            yield f"{name_setting(name)}: got an Output, whose value is known only later; expected a plain value"


def _read_owners(value: Any) -> Any:
    """Known only while the program runs; the same sentences."""
    try:
        return CONSENT_READERS["owners"](value)
    except SettingsError as error:
        raise ArgumentsError.of_all(error.problems) from None
