"""What the stack declares, as far as it can be read: a wrong setting hides no other check."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from association.arguments import READERS, SETTINGS
from association.certificates import Certificate, Severity, judge_certificates
from association.consent_arguments import CONSENT_IDS, CONSENT_READERS, CONSENT_SETTINGS, NOTHING_TO_GRANT
from association.contract import GuardMode
from association.doctor.model import Line, bad, good, unknown, warn
from association.errors import SettingsError
from association.guard.access_path import Whose
from association.guard.text import plain
from association.permissions import FULL_ACCESS, Guid, Permission
from association.settings import CERTIFICATES_FOLDER, read_consent_values, read_values
from association.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What both kinds of stack declare; a setting that is wrong counts as its default."""

    stack: Stack
    permissions: tuple[Permission, ...]
    delegated: Mapping[str, tuple[Permission, ...]] = field(default_factory=dict)
    """`everyone` or a user's object ID to scopes."""
    owners: tuple[str, ...]
    guard: GuardMode
    wrong: frozenset[str] = frozenset()
    """Arguments that have their default because the setting is wrong, by name."""
    problems: tuple[str, ...]
    """What is wrong with the settings and the certificate files, one sentence each."""
    names: ClassVar[Collection[str]]
    """The settings that there are."""
    whose: ClassVar[Whose]

    @property
    def apis(self) -> tuple[Guid, ...]:
        """Client IDs of the APIs whose permissions are declared, delegated ones included."""
        every = (*self.permissions, *(scope for scopes in self.delegated.values() for scope in scopes))
        return tuple(sorted({permission.api_client_id for permission in every}))

    @property
    def uses_ews(self) -> bool:
        """Whether Exchange Web Services must be open to the application."""
        return FULL_ACCESS in self.permissions

    @property
    def path(self) -> str:
        """`project/stack`, as the application's tag has it."""
        return f"{self.stack.project}/{self.stack.name}"

    @property
    def summary(self) -> str:
        """The most important values, for a person."""
        count = len(self.owners)
        return f"{', '.join(map(str, self.permissions))}, {count} owner{'' if count == 1 else 's'}, guard {self.guard}"


@dataclass(frozen=True, kw_only=True)
class Configuration(Declared):
    """The declared `ServerConnection`."""

    display_name: str
    certificates: tuple[Certificate, ...]
    tenant_domain: str
    """Empty: to be read from the tenant."""
    expiry_warning_days: int
    names: ClassVar[Collection[str]] = SETTINGS
    whose = Whose.OWN

    @property
    def summary(self) -> str:
        return f"application '{self.display_name}', {super().summary}"


@dataclass(frozen=True, kw_only=True)
class ConsentConfiguration(Declared):
    """The declared `ConsentedApplication`."""

    client_id: str
    """Empty where it is wrong, or not known without Pulumi; so is the publisher."""
    publisher: str
    names: ClassVar[Collection[str]] = CONSENT_SETTINGS
    whose = Whose.VENDOR

    @property
    def summary(self) -> str:
        delegated = [f"{scope} for {who}" for who, scopes in self.delegated.items() for scope in scopes]
        said = f"client ID {self.client_id} of the publisher {self.publisher}, {super().summary}"
        return f"{said}; delegated: {', '.join(delegated)}" if delegated else said


def read_stack(stack: Stack) -> Configuration | ConsentConfiguration:
    """Read what the program of the stack would read.

    Raises:
        SettingsError: No setting tells which of the two components it declares: the doctor runs no program.
    """
    known = {
        key.partition(":")[2] for key in (*stack.configuration, *stack.encrypted) if key.startswith(f"{stack.project}:")
    }
    if known & (set(CONSENT_SETTINGS) - set(SETTINGS)):
        return read_consent(stack)
    if known & set(SETTINGS) or (stack.folder / CERTIFICATES_FOLDER).is_dir():
        return read_configuration(stack)
    raise SettingsError(
        f"{stack.folder / 'Pulumi.yaml'} and {stack.file.name} have no setting of a ServerConnection or a ConsentedApplication; "
        "the doctor reads settings, and runs no program",
        hint="Run `pulumi preview` instead: it checks the declared arguments, and what the deployer may do.",
    )


def read_configuration(stack: Stack) -> Configuration:
    """Read what the program of the stack would read."""
    settings = read_values(stack.settings(stack.project), project=stack.project, folder=stack.folder)
    problems = list(settings.problems)
    values: dict[str, Any] = {}
    wrong: set[str] = set()
    for name, read in READERS.items():
        try:
            values[name] = read(settings.values.get(name))
        except SettingsError as error:
            problems += error.problems
            values[name] = read(None)
            wrong.add(name)
    return Configuration(
        stack=stack,
        display_name=values["display_name"],
        certificates=tuple(settings.certificates),
        permissions=values["permissions"],
        owners=tuple(values["owners"]),
        tenant_domain=values["tenant_domain"] or "",
        expiry_warning_days=values["expiry_warning_days"],
        guard=values["guard"],
        wrong=frozenset(wrong),
        problems=tuple(problems),
    )


def read_consent(stack: Stack) -> ConsentConfiguration:
    """Read what the program of a stack that grants to a vendor's application would read; an encrypted setting is no problem."""
    written, problems = read_consent_values(stack.settings(stack.project), project=stack.project)
    hidden = {name for key, name in CONSENT_SETTINGS.items() if f"{stack.project}:{key}" in stack.encrypted}
    unseen = hidden | {name for name, value in written.items() if value is None and stack.environments}
    values: dict[str, Any] = {}
    wrong: set[str] = set()
    for name, read in CONSENT_READERS.items():
        try:
            values[name] = read(written[name])
        except SettingsError as error:
            problems += error.problems if name not in unseen else ()
            values[name] = "" if name in CONSENT_IDS else read(None)
            wrong.add(name)
    if not (
        problems
        or values["permissions"]
        or values["delegated"]
        or stack.environments
        or unseen & {"permissions", "delegated"}
    ):
        problems.append(NOTHING_TO_GRANT)
    return ConsentConfiguration(
        stack=stack,
        client_id=values["client_id"],
        publisher=values["publisher"],
        permissions=values["permissions"],
        delegated=values["delegated"],
        owners=tuple(values["owners"]),
        guard=values["guard"],
        wrong=frozenset(wrong),
        problems=tuple(problems),
    )


def check_settings(declared: Declared) -> Iterator[Line]:
    """Everything that is wrong, and what cannot be known here."""
    yield from (bad(problem) for problem in declared.problems)
    stack = declared.stack
    if not stack.file.exists():
        yield warn(f"{stack.file.name} does not exist: every setting has its default", "pulumi config set …")
    hidden = sorted(key for key in stack.encrypted if key.partition(":")[2] in declared.names)
    if hidden:
        yield unknown(f"{', '.join(hidden)}: encrypted, and taken here for the default")
    if stack.environments:
        yield unknown(f"what these Pulumi ESC environments set is not seen here: {', '.join(stack.environments)}")
    if not declared.problems:
        yield good(f"{stack.file.name}: {declared.summary}")
    if isinstance(declared, ConsentConfiguration):
        yield good(
            "a vendor's own application: its certificates, their credential policy, and its name are in the vendor's tenant, and left out here"
        )


def check_certificates(declared: Configuration, now: datetime) -> Iterator[Line]:
    """The verdict on each certificate that could be read."""
    judgements = judge_certificates(declared.certificates, now=now, expiry_warning_days=declared.expiry_warning_days)
    judged = {judgement.source for judgement in judgements}
    for judgement in judgements:
        line = bad if judgement.severity is Severity.ERROR else warn
        yield line(f"{judgement.source}: {judgement.message}", judgement.hint)
    for certificate in declared.certificates:
        if certificate.source not in judged:
            yield good(
                f"{certificate.source}: {plain(certificate.subject)}, {certificate.thumbprint}, until {certificate.not_after:%Y-%m-%d}"
            )
    if not declared.certificates:
        yield bad("there is no certificate that can be used", "See the settings above, and certs/README.md.")
