"""The arguments of a `ServerConnection` and what is declared by them, judged as a whole before anything is registered.

No `from __future__ import annotations` here: Pulumi's schema analyzer reads these annotations at run time.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NotRequired, TypedDict

import pulumi

from association.arguments import ARGUMENTS, READERS, name_setting
from association.certificates import Certificate, Severity, judge_certificates, read_certificate
from association.contract import GuardMode
from association.errors import CertificateError, SettingsError
from association.permissions import FULL_ACCESS, Permission
from association.settings import NO_CERTIFICATE
from association.text import suggest

_LATER: Final = frozenset({"display_name", "owners", "tenant_domain"})
"""Arguments that need not be known before resources are registered."""


class ServerConnectionArgs(TypedDict):
    """What a `ServerConnection` is made of."""

    certificates: Mapping[str, str]
    """The vendor's public certificates: a name for messages (such as the file's) to the text, in any form that
    certificate files come in. At least one."""
    display_name: NotRequired[pulumi.Input[str]]
    """Name of the application in the tenant: 1 to 120 characters, no apostrophe.
    Default: Mimecast O365 Server Connection."""
    permissions: NotRequired[Sequence[str]]
    """App roles to grant: `role` for Exchange Online, `API/role` for another API. Default: full_access_as_app."""
    owners: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Object IDs of the owners of the application and of the service principal. Default: none."""
    tenant_domain: NotRequired[pulumi.Input[str]]
    """The tenant's initial domain, such as contoso.onmicrosoft.com.
    Default: read from the tenant, which needs Domain.Read.All."""
    expiry_warning_days: NotRequired[int]
    """Warn when a certificate expires within so many days. Default: 60."""
    guard: NotRequired[str]
    """What to do about access paths that are not declared: `report` (default), `enforce` to remove them, `off`."""
    exceptions: NotRequired[Sequence[Mapping[str, str]]]
    """Findings of the guard that are accepted for a while: `finding` as it was reported, `reason`, `until` (YYYY-MM-DD)."""


class ArgumentsError(SettingsError, pulumi.RunError):
    """Arguments that cannot be used; Pulumi shows a program's `RunError` as its sentence, without a traceback."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What is declared, with every default filled in."""

    display_name: pulumi.Input[str]
    certificates: tuple[Certificate, ...]
    """Sorted by thumbprint; at least one."""
    warnings: Mapping[str, tuple[str, ...]]
    """Sentences by thumbprint; a certificate without any is absent."""
    permissions: tuple[Permission, ...]
    owners: pulumi.Input[list[str]]
    """Object IDs in lower case, sorted."""
    tenant_domain: pulumi.Input[str] | None
    """None: to be read from the tenant."""
    expiry_warning_days: int
    guard: GuardMode
    exceptions: tuple[Mapping[str, str], ...]
    """Findings of the guard that are accepted for a while: `finding`, `reason`, `until` (YYYY-MM-DD)."""

    @property
    def uses_ews(self) -> bool:
        """Whether Exchange Web Services must be open to the application."""
        return FULL_ACCESS in self.permissions


def check_declaration(
    args: Mapping[str, Any], *, now: datetime, before_failing: Callable[[], Awaitable[None]]
) -> Declaration:
    """Check and judge every argument.

    Args:
        args: `ServerConnectionArgs`, as the program or another language handed them over.
        now: The time to judge certificates by; timezone-aware.
        before_failing: Awaited before an Output that turned out to be wrong makes the program fail.

    Raises:
        ArgumentsError: Everything that is wrong, at once.
    """
    problems = [f"{name}: unknown argument; {suggest(str(name), ARGUMENTS)}" for name in args if name not in ARGUMENTS]
    certificates = _read_certificates(args.get("certificates"), problems)
    later = {name: value for name, value in args.items() if name in _LATER and is_later(value)}
    declared = declare({**args, **dict.fromkeys(later)}, certificates, problems, now=now)
    checked: dict[str, Any] = {name: _read_later(READERS[name], later[name], before_failing) for name in later}
    return replace(declared, **checked)


def declare(
    values: Mapping[str, Any], certificates: Sequence[Certificate], problems: list[str], *, now: datetime
) -> Declaration:
    """Check and judge everything, with certificates that were read.

    Args:
        values: By the names of `ServerConnectionArgs`; what is absent or None takes its default.
        certificates: What could be read; the reason for a missing one is among the problems.
        problems: What is known to be wrong already, one sentence each.
        now: The time to judge certificates by; timezone-aware.

    Raises:
        ArgumentsError: Everything that is wrong, at once.
    """
    problems = list(problems)
    declared = {name: _read(name, values.get(name), problems) for name in READERS}
    days = declared["expiry_warning_days"]
    judgements = judge_certificates(certificates, now=now, expiry_warning_days=days or 0)
    problems += [str(judgement) for judgement in judgements if judgement.severity is Severity.ERROR]
    if problems:
        raise ArgumentsError.of_all(problems)
    warnings: dict[str, tuple[str, ...]] = {}
    for judgement in judgements:
        warnings[judgement.thumbprint] = (*warnings.get(judgement.thumbprint, ()), str(judgement))
    return Declaration(
        certificates=tuple(sorted(certificates, key=lambda certificate: certificate.thumbprint)),
        warnings=warnings,
        **declared,
    )


def _read(name: str, value: Any, problems: list[str]) -> Any:
    """One argument, checked; None after a problem."""
    try:
        return READERS[name](_known(name, value))
    except SettingsError as error:
        problems.extend(error.problems)
    return None


def _read_later(
    read: Callable[[Any], Any], value: pulumi.Input[Any], before_failing: Callable[[], Awaitable[None]]
) -> pulumi.Output[Any]:
    """An argument that is checked as soon as it is known, with the same sentences."""

    async def check(known: Any) -> Any:
        try:
            return read(known)
        except SettingsError as error:
            await before_failing()
            raise ArgumentsError.of_all(error.problems) from None

    return pulumi.Output.from_input(value).apply(check)


def is_later(value: Any) -> bool:
    """Whether it is, or holds, something that is known only while the program runs."""
    if isinstance(value, Mapping):
        return any(is_later(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(is_later(item) for item in value)
    return isinstance(value, pulumi.Output | Awaitable | pulumi.output.Unknown)


def _known(name: str, value: Any) -> Any:
    if is_later(value):
        raise SettingsError(
            f"{name_setting(name)}: got an Output, whose value is known only later; expected a plain value, because it decides which "
            f"resources there are (only {', '.join(map(name_setting, sorted(_LATER)))} may be Outputs)"
        )
    return value


def _read_certificates(texts: Any, problems: list[str]) -> list[Certificate]:
    certificates: list[Certificate] = []
    if not texts:
        problems.append(NO_CERTIFICATE)
        return certificates
    try:
        texts = _known("certificates", texts)
    except SettingsError as error:
        problems.extend(error.problems)
        return certificates
    if not isinstance(texts, Mapping) or not all(isinstance(text, str) for text in texts.values()):
        problems.append(
            f"certificates: expected texts by name, got {type(texts).__name__}; for example "
            '{"eu.pem": Path("certs/eu.pem").read_text()}'
        )
        return certificates
    for source, text in texts.items():
        try:
            certificates.append(read_certificate(text.encode(), source=source))
        except CertificateError as error:
            problems.append(str(error))
    return certificates
