"""What the stack declares, as far as it can be read: a wrong setting hides no other check."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from association.arguments import READERS, SETTINGS
from association.certificates import Certificate, Severity, judge_certificates
from association.contract import GuardMode
from association.doctor.model import Line, bad, good, unknown, warn
from association.errors import SettingsError
from association.guard.text import plain
from association.permissions import FULL_ACCESS, Guid, Permission
from association.settings import read_values
from association.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """The declared association; a setting that is wrong counts as its default."""

    stack: Stack
    display_name: str
    certificates: tuple[Certificate, ...]
    permissions: tuple[Permission, ...]
    owners: tuple[str, ...]
    tenant_domain: str
    """Empty: to be read from the tenant."""
    expiry_warning_days: int
    guard: GuardMode
    wrong: frozenset[str]
    """Arguments that have their default because the setting is wrong, by name."""
    problems: tuple[str, ...]
    """What is wrong with the settings and the certificate files, one sentence each."""

    @property
    def apis(self) -> tuple[Guid, ...]:
        """Client IDs of the APIs whose roles are declared."""
        return tuple(sorted({permission.api_client_id for permission in self.permissions}))

    @property
    def uses_ews(self) -> bool:
        """Whether Exchange Web Services must be open to the application."""
        return FULL_ACCESS in self.permissions

    @property
    def path(self) -> str:
        """`project/stack`, as the application's tag has it."""
        return f"{self.stack.project}/{self.stack.name}"


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


def refuse_other_programs(stack: Stack) -> None:
    """The checklist is that of a `ServerConnection`.

    Raises:
        SettingsError: The stack declares a vendor's own application; each of these checks would be about the wrong thing.
    """
    if "publisher" in stack.settings(stack.project):
        raise SettingsError(
            f"{stack.file.name} declares a vendor's own application (it has the setting publisher); doctor checks stacks of a ServerConnection",
            hint="Run `pulumi preview` instead: it checks whose application it is, and what the deployer may do.",
        )


def check_settings(declared: Configuration) -> Iterator[Line]:
    """Everything that is wrong, and what cannot be known here."""
    yield from (bad(problem) for problem in declared.problems)
    stack = declared.stack
    if not stack.file.exists():
        yield warn(f"{stack.file.name} does not exist: every setting has its default", "pulumi config set …")
    hidden = sorted(key for key in stack.encrypted if key.partition(":")[2] in SETTINGS)
    if hidden:
        yield unknown(f"{', '.join(hidden)}: encrypted, and taken here for the default")
    if stack.environments:
        yield unknown(f"what these Pulumi ESC environments set is not seen here: {', '.join(stack.environments)}")
    if not declared.problems:
        roles, count = ", ".join(map(str, declared.permissions)), len(declared.owners)
        yield good(
            f"{stack.file.name}: application '{declared.display_name}', {roles}, {count} owner{'' if count == 1 else 's'}, guard {declared.guard}"
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
