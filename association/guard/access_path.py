"""The words of the guard: an access path, the read that shows it, an entry of it, and how one is taken away.

An access path is a kind of credential, owner, role, grant or policy by which somebody can use or change the association.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any, Final
from urllib.parse import quote as percent_encode

from association.contract import EXPIRY_WARNING_DAYS, MICROSOFT_TENANTS
from association.guard.text import plain, quote
from association.permissions import EXCHANGE_ONLINE

Json = Mapping[str, Any]
Maps = Mapping[str, Mapping[str, str]]
"""Name of an access path to key to sentence: the shape of the guard's properties."""


NOT_LICENSED: Final = "not licensed"
"""Beginning of the reason in `unreadable` where a licence is missing: there is nothing of the kind to see, whoever looks."""


class Kind(StrEnum):
    """Who says what belongs to an access path."""

    DECLARED = "declared"
    """The program lists everything that may be there; the rest is a finding until it is gone."""
    PINNED = "pinned"
    """What was there when the guard was created is accepted; what comes later is a finding until an exception names it."""
    BASELINE = "baseline"
    """The state holds what was there last; a change is a finding until a refresh accepts it."""


class Whose(StrEnum):
    """Whose application is behind the association."""

    OWN = "own"
    """Application and service principal are both in this tenant."""
    VENDOR = "vendor"
    """The application is in the vendor's tenant; here is its service principal alone."""


class Rank(IntEnum):
    """When a repair takes it away: first what could undo the repair, then credentials, then what they reach."""

    ROLES = 1
    OWNERS = 2
    CREDENTIALS = 3
    RIGHTS = 4
    SETTINGS = 5


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """The association that is guarded."""

    application_object_id: str
    """Empty where the application is the vendor's."""
    service_principal_object_id: str
    stack_tag: str = ""
    """`pulumi:organization/project/stack/name`, as the application's tags have it; empty when there is none."""
    app_role_ids: Mapping[str, str] = field(default_factory=dict)
    """Declared app roles: the key in `appRoles` to `resource object ID/role id`."""
    delegated_ids: Mapping[str, str] = field(default_factory=dict)
    """Declared delegated permissions: the key in `delegatedGrants` to `everyone or user's object ID/API's object ID/scope`."""
    expiry_warning_days: int = EXPIRY_WARNING_DAYS
    locked: bool = False
    """Whether the App Instance Lock was ever seen to be on."""
    maker: str = ""
    """`createdByAppId` of the application, or of the vendor's service principal, as the state knows it: it is needed when that is gone."""

    @property
    def whose(self) -> Whose:
        return Whose.OWN if self.application_object_id else Whose.VENDOR

    def fill(self, template: str, **more: str) -> str:
        """A template with this association's ids, and with more values by name."""
        return template.format(
            application=self.application_object_id,
            service_principal=self.service_principal_object_id,
            exchange=EXCHANGE_ONLINE,
            tag=self.stack_tag.replace("'", "''"),
            **more,
        )


@dataclass(frozen=True, kw_only=True)
class Read:
    """One question to Graph; several access paths can share one."""

    name: str
    """Key in `unreadable` when it cannot be answered."""
    path: str
    """Template of path and query below the version, not yet percent-encoded."""
    permissions: tuple[str, ...]
    """The least application permissions that read it, of Microsoft's map (the folder `microsoft`), which a test checks."""
    licence: str = ""
    """The licence it needs, where not every tenant has it."""
    beta: bool = False
    """Whether it is asked of the beta version: what only that has, and what the full batch of version 1.0 has no room for."""

    @property
    def about(self) -> str:
        """The object without which it finds nothing: `application`, `servicePrincipal`, or empty."""
        objects = {"{application}": "application", "{service_principal}": "servicePrincipal"}
        return next((name for mark, name in objects.items() if mark in self.path), "")

    def is_of(self, whose: Whose) -> bool:
        """Whether there is something to read: the application of a vendor is in another tenant."""
        return whose is Whose.OWN or self.about != "application"

    def url(self, guarded: Guarded, *, with_keys: bool = True) -> str:
        """Path and query for this association, percent-encoded; without the key bytes when somebody else has them."""
        template = self.path if with_keys else self.path.replace("keyCredentials,", "")
        return percent_encode(guarded.fill(template), safe="/?$=&'(),:")


@dataclass(frozen=True)
class Removal:
    """The request that takes one entry away."""

    method: str
    """`DELETE`, `PATCH` or `POST`; `CUT` takes it out of a list that Graph replaces as a whole, `SCOPE` out of a grant's text of scopes."""
    path: str
    """Template below the version, with the entry's `{id}`."""
    cut: tuple[str, ...] = ()
    """With `CUT`: where in the object of the path the list stands, and the property by which its items are told apart."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that Graph shows."""

    key: str
    """Without its source's prefix until the table has added it."""
    sentence: str
    """Who or what, since when, until when; nothing in it acts on a terminal."""
    id: str = ""
    """What Graph's removal calls it; the key when it is empty."""
    body: Json | None = None
    """What the removal sends."""
    removal: Removal | None = None
    """Its source's, once the table has added it; None when only a person can take it away."""
    lookups: tuple[str, ...] = ()
    """Paths of other objects that only know a name; asked for when the entry is a finding."""
    traces: tuple[str, ...] = ()
    """Ids that the audit log names when it was added: the changed object first, then what was added."""
    holder: str = ""
    """Object ID of the service principal that may be another association of ours."""


@dataclass(frozen=True, kw_only=True)
class View:
    """What an observer may look at beside its own answer."""

    guarded: Guarded
    now: datetime
    """Timezone-aware."""
    bodies: Mapping[str, Json]
    """Every answer of this look, by name of the read."""
    missing: frozenset[str] = frozenset()
    """`application` and `servicePrincipal` where Graph says that there is none."""
    found: Mapping[str, Json] = field(default_factory=dict)
    """Answers to lookups, by path; empty in the first pass."""

    def resource(self, object_id: str) -> Json:
        """An API's service principal, as far as it is known."""
        exchange = self.bodies.get("exchangePrincipal") or {}
        return exchange if exchange.get("id") == object_id else self.found.get(find_resource(object_id), {})

    def resource_name(self, object_id: str, said: Any) -> str:
        """An API's name; one that is not Microsoft's own is marked, as anybody can call an API `Microsoft Graph`."""
        known = self.resource(object_id)
        name = plain(known.get("displayName") or said or object_id)
        foreign = known and known.get("appOwnerOrganizationId") not in MICROSOFT_TENANTS
        return f"{name} (not Microsoft's, object ID {object_id})" if foreign else name

    def role_name(self, object_id: str, role_id: str) -> str:
        """An app role's value, or its id while the API is unknown."""
        roles = self.resource(object_id).get("appRoles") or ()
        value = next((role.get("value") for role in roles if role.get("id") == role_id), None)
        return plain(value or role_id)

    def name_of(self, otherwise: str, *lookups: str) -> str:
        """The display name that the first of these lookups found, in quotes."""
        names = (self.found.get(lookup, {}).get("displayName") for lookup in lookups)
        return next((quote(name) for name in names if name), otherwise)


def find_resource(object_id: str) -> str:
    """Where an API's name and roles are read."""
    return f"/servicePrincipals/{object_id}?$select=id,appId,displayName,appOwnerOrganizationId,appRoles"


def find_user(object_id: str) -> str:
    """Where a person's name is read."""
    return f"/users/{object_id}"


@dataclass(frozen=True)
class Source:
    """One read as one access path uses it."""

    read: Read
    observe: Callable[[Json, View], Iterable[Entry]]
    """The entries in the read's answer."""
    removal: Removal | None = None
    prefix: str = ""
    """What the keys from this read begin with."""
    absence: bool = False
    """Whether it observes, with an empty answer, that the object of the read is not there."""


@dataclass(frozen=True, kw_only=True)
class AccessPath:
    """One property of the guard: a map from a stable key to a sentence."""

    name: str
    """Name of the property, camelCase."""
    kind: Kind
    description: str
    """What it holds, and what its keys are."""
    sources: tuple[Source, ...] = ()
    valued: bool = False
    """Whether the sentence is a value of its own, so that a changed sentence is a change; otherwise only keys count."""
    rank: Rank | None = None
    """None when a repair leaves it to people."""
    repair_permissions: tuple[str, ...] = ()
    """What taking an entry away needs, beside reading it."""
    advice: str = ""
    """What a person has to do where nothing can take an entry away; may hold `{id}` and `{tag}`."""
    only: Whose | None = None
    """The one kind of association that has it, where its reads do not say that."""

    def is_of(self, whose: Whose) -> bool:
        """Whether an association of this kind has it."""
        readable = not self.sources or any(source.read.is_of(whose) for source in self.sources)
        return readable and self.only in (None, whose)

    def source_of(self, key: str) -> Source | None:
        """The source that shows this key: the one with the longest prefix that fits."""
        fitting = [source for source in self.sources if key.startswith(source.prefix)]
        return max(fitting, key=lambda source: len(source.prefix), default=None)


OWN: Final = ("Application.ReadWrite.OwnedBy",)
"""Enough for an owner of application and service principal; anybody else needs Application.ReadWrite.All."""
READ_APPLICATIONS: Final = "Application.Read.All"
READ_POLICIES: Final = "Policy.Read.All"
READ_ROLES: Final = "RoleManagement.Read.Directory"


def each(observe: Callable[[Iterable[Json], View], Iterable[Entry]]) -> Callable[[Json, View], Iterable[Entry]]:
    """An observer of a list's items."""
    return lambda body, view: observe(body.get("value") or (), view)
