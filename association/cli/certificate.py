"""`python -m association certificate`: shows what to check before a certificate is used."""

import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from association.certificates import (
    MAXIMUM_SIZE,
    Certificate,
    Judgement,
    SelfSignature,
    Severity,
    judge_certificates,
    read_certificate,
    read_certificate_file,
)
from association.certificates.certificate import name_usage
from association.certificates.judgement import describe_days
from association.cli.terminal import wants_colour
from association.contract import EXPIRY_WARNING_DAYS
from association.errors import CertificateError
from association.text import escape

SCHEMA_VERSION = 1
"""Of the JSON; raised when a field changes its meaning or goes away."""

_LABEL_WIDTH = 14
_LINE_WIDTH = 100
_COLOURS = {"error": "red", "refused": "red", "warning": "yellow", "usable": "green"}
_SIGNATURES = {
    SelfSignature.VERIFIED: "made by its own key, verified",
    SelfSignature.BROKEN: "does NOT match its own key",
    SelfSignature.UNKNOWN: "made by another key",
}


@dataclass(frozen=True, kw_only=True)
class _Report:
    """What came of one argument: a certificate with its judgements, or the error that refused it."""

    source: str
    certificate: Certificate | None
    error: CertificateError | None
    judgements: Sequence[Judgement]

    @property
    def verdict(self) -> str:
        """`usable` or `refused`."""
        refused = self.error is not None or any(one.severity is Severity.ERROR for one in self.judgements)
        return "refused" if refused else "usable"


@click.command(name="certificate", short_help="Show what to check in certificate files, and judge them.")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@click.option("--pem", "as_pem", is_flag=True, help="Write clean PEM; everything else goes to standard error.")
@click.option(
    "--expiry-warning-days",
    type=click.IntRange(0, 36500),
    default=EXPIRY_WARNING_DAYS,
    show_default=True,
    metavar="DAYS",
    help="Warn about a certificate that expires within this many days.",
)
@click.pass_context
def show_certificates(
    context: click.Context, files: tuple[str, ...], *, as_json: bool, as_pem: bool, expiry_warning_days: int
) -> None:
    """Show what to check in certificate files, and say whether they can be used.

    FILE holds one public certificate: PEM, base64, hexadecimal, DER or PKCS#7, alone or inside JSON, YAML or XML; '-' is standard input.

    Exit codes: 0 all usable, 1 at least one refused, 2 wrong usage.
    """
    if as_json and as_pem:
        raise click.UsageError("--json and --pem exclude each other.")
    now = datetime.now(UTC)
    reports = _make_reports(tuple(dict.fromkeys(files)), now, expiry_warning_days)
    if as_json:
        click.echo(json.dumps(_describe_for_machines(reports), indent=2))
    elif as_pem:
        for report in reports:
            click.echo(report.certificate.pem if report.certificate else "", nl=False)
            for severity, message, hint in _list_problems(report):
                line = f"{report.source}: {severity}: {message} {hint}".rstrip()
                click.echo(escape(line), err=True)
    else:
        click.echo(
            "\n\n".join("\n".join(_write_report(report, now)) for report in reports), color=wants_colour(sys.stdout)
        )
    context.exit(1 if any(report.verdict == "refused" for report in reports) else 0)


def _make_reports(files: Sequence[str], now: datetime, expiry_warning_days: int) -> list[_Report]:
    """Read all, then judge all together: only together does it show that two have the same key."""
    outcomes = [_read(file) for file in files]
    certificates = [one for one in outcomes if isinstance(one, Certificate)]
    judgements = judge_certificates(certificates, now=now, expiry_warning_days=expiry_warning_days)
    return [
        _Report(
            source=_name(file),
            certificate=outcome if isinstance(outcome, Certificate) else None,
            error=outcome if isinstance(outcome, CertificateError) else None,
            judgements=[one for one in judgements if one.source == _name(file)],
        )
        for file, outcome in zip(files, outcomes, strict=True)
    ]


def _read(file: str) -> Certificate | CertificateError:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MAXIMUM_SIZE + 1)
            return read_certificate(data, source=_name(file))
        return read_certificate_file(Path(file), source=_name(file))
    except CertificateError as error:
        return error


def _name(file: str) -> str:
    return "<stdin>" if file == "-" else file


def _write_report(report: _Report, now: datetime) -> Iterator[str]:
    yield click.style(escape(report.source), bold=True)
    if report.certificate:
        for label, value in _list_fields(report.certificate, now):
            yield f"  {label:<{_LABEL_WIDTH}}{escape(value)}"
    yield f"  {'Verdict':<{_LABEL_WIDTH}}{click.style(report.verdict, fg=_COLOURS[report.verdict], bold=True)}"
    for severity, message, hint in _list_problems(report):
        first, *others = [
            line
            for part in (message, hint)
            for line in textwrap.wrap(escape(part), _LINE_WIDTH, break_on_hyphens=False)
        ]
        yield f"  {click.style(f'{severity:<{_LABEL_WIDTH}}', fg=_COLOURS[severity])}{first}"
        yield from (f"  {'':<{_LABEL_WIDTH}}{line}" for line in others)


def _list_fields(certificate: Certificate, now: datetime) -> Iterator[tuple[str, str]]:
    begins, ends = certificate.not_before, certificate.not_after
    rest = f"{describe_days(ends - now)} left" if ends >= now else f"expired {describe_days(now - ends)} ago"
    yield "Subject", certificate.subject or "(empty)"
    yield "Issuer", "the same" if certificate.issuer == certificate.subject else certificate.issuer or "(empty)"
    yield "Serial", _write_serial(certificate.serial_number)
    yield "Thumbprint", f"{certificate.thumbprint}  (SHA-1, as the Entra portal shows it)"
    yield "  x5t", certificate.x5t
    yield "  SHA-256", certificate.thumbprint_sha256
    yield "  x5t#S256", certificate.x5t_s256
    yield "Valid", f"{begins:%Y-%m-%d %H:%M:%S} to {ends:%Y-%m-%d %H:%M:%S} UTC"
    yield "", f"{describe_days(ends - begins)} in all, {rest}"
    yield "Key", certificate.key_description
    yield "  SHA-256", certificate.public_key_sha256
    yield "Signature", f"{certificate.signature_algorithm}, {_SIGNATURES[certificate.self_signature]}"
    if certificate.is_ca:
        yield "CA", "yes, it may issue certificates"
    if certificate.extended_key_usages:
        yield "Usage", ", ".join(map(name_usage, certificate.extended_key_usages))


def _list_problems(report: _Report) -> Iterator[tuple[str, str, str]]:
    """Severity, sentence and hint of everything found, without the source in front."""
    if report.error:
        yield "error", report.error.message.removeprefix(f"{report.source}: "), report.error.hint
    for judgement in report.judgements:
        yield judgement.severity, judgement.message, judgement.hint


def _write_serial(number: int) -> str:
    """Write a serial number as the portal and OpenSSL do: hexadecimal, whole bytes."""
    digits = f"{abs(number):X}"
    return f"{'-' if number < 0 else ''}{digits.zfill(len(digits) + len(digits) % 2)}"


def _describe_for_machines(reports: Sequence[_Report]) -> dict[str, object]:
    return {
        "schemaVersion": SCHEMA_VERSION,
        "files": [
            {
                "source": report.source,
                "verdict": report.verdict,
                "error": {"message": report.error.message, "hint": report.error.hint} if report.error else None,
                "judgements": [
                    {"severity": one.severity, "code": one.code, "message": one.message, "hint": one.hint}
                    for one in report.judgements
                ],
                "certificate": _describe_certificate(report.certificate) if report.certificate else None,
            }
            for report in reports
        ],
    }


def _describe_certificate(certificate: Certificate) -> dict[str, object]:
    return {
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "serialNumber": _write_serial(certificate.serial_number),
        "thumbprint": certificate.thumbprint,
        "thumbprintSha256": certificate.thumbprint_sha256,
        "x5t": certificate.x5t,
        "x5t#S256": certificate.x5t_s256,
        "notBefore": f"{certificate.not_before:%Y-%m-%dT%H:%M:%SZ}",
        "notAfter": f"{certificate.not_after:%Y-%m-%dT%H:%M:%SZ}",
        "keyType": certificate.key_type,
        "keyBits": certificate.key_bits,
        "keyDescription": certificate.key_description,
        "publicKeySha256": certificate.public_key_sha256,
        "signatureAlgorithm": certificate.signature_algorithm,
        "selfSignature": certificate.self_signature,
        "isCa": certificate.is_ca,
        "extendedKeyUsages": list(certificate.extended_key_usages),
        "pem": certificate.pem,
    }
