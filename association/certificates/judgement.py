"""The verdict on certificates that could be read: what stops a deployment, what deserves a warning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from association.certificates.certificate import Certificate, HexStr, KeyType, SelfSignature, name_usage
from association.certificates.deny_list import find_denied

MINIMUM_RSA_BITS = 2048
"""Below it Entra answers AADSTS700027.

Source: https://learn.microsoft.com/entra/identity-platform/howto-create-self-signed-certificate (checked 2026-11-24).
"""

CLOCK_TOLERANCE = timedelta(days=1)
"""A certificate made today in another time zone is not a mistake."""

_WEAK_HASHES = {"md5": "MD5", "sha1": "SHA-1"}
_CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"  # RFC 5280 4.2.1.12
_ANY_USAGE = "2.5.29.37.0"


class Severity(StrEnum):
    """What a judgement does to a deployment."""

    ERROR = "error"
    """Stops it before anything is registered."""
    WARNING = "warning"
    """Is shown, and stops nothing."""


class JudgementCode(StrEnum):
    """What was found; stable, for machines."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    KEY_TOO_SHORT = "key-too-short"
    KEY_TYPE = "key-type"
    WEAK_SIGNATURE = "weak-signature"
    ALTERED = "altered"
    DENIED = "denied"
    SAME_KEY = "same-key"
    EXPIRES_SOON = "expires-soon"
    LIFETIME = "lifetime"
    CA_CERTIFICATE = "ca-certificate"
    NO_CLIENT_AUTHENTICATION = "no-client-authentication"
    IRREGULAR = "irregular"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One thing that is wrong, or that deserves attention, with one certificate."""

    source: str
    """Of the certificate: where it was read from."""
    thumbprint: HexStr
    """Of the certificate: SHA-1 of the DER bytes, 40 upper-case hex digits."""
    severity: Severity
    code: JudgementCode
    message: str
    """One sentence without its subject, which is the certificate: `expired 3 days ago, on 2026-11-21.`"""
    hint: str
    """What to do about it."""

    def __str__(self) -> str:
        """Source and sentence, then the hint on a line of its own, as errors read."""
        return f"{self.source}: {self.message}\n  {self.hint}"


def judge_certificates(
    certificates: Sequence[Certificate], *, now: datetime, expiry_warning_days: int
) -> list[Judgement]:
    """Judge all certificates of one application.

    Args:
        certificates: In any order.
        now: Timezone-aware.
        expiry_warning_days: How many days before its end a certificate is warned about.

    Returns:
        Everything found, sorted by file; for one file errors come first.
    """
    judgements: list[Judgement] = []
    for certificate in certificates:
        judgements += _judge_validity(certificate, now, timedelta(days=expiry_warning_days))
        judgements += _judge_cryptography(certificate)
        judgements += _judge_purpose(certificate)
    judgements += _judge_pairs(certificates)
    return sorted(judgements, key=lambda one: (one.source, one.severity is not Severity.ERROR))


def judge_lifetime(certificate: Certificate, maximum: timedelta | None) -> Judgement | None:
    """A warning where a certificate lives longer than a tenant's app management policy allows; None where that sets no limit."""
    lifetime = certificate.not_after - certificate.not_before
    if maximum is None or lifetime <= maximum:
        return None
    return _warning(
        certificate,
        JudgementCode.LIFETIME,
        f"is valid for {describe_days(lifetime)}; the tenant's app management policy allows {describe_days(maximum)}.",
        "Entra may refuse it. Ask for a shorter one, or for an exception in the policy.",
    )


def _judge_validity(certificate: Certificate, now: datetime, warning: timedelta) -> Iterator[Judgement]:
    ends, begins = certificate.not_after, certificate.not_before
    if now > ends:
        yield _error(
            certificate,
            JudgementCode.EXPIRED,
            f"expired {describe_days(now - ends)} ago, on {ends:%Y-%m-%d}.",
            "Ask the vendor for the current certificate.",
        )
    elif ends - now <= warning:
        yield _warning(
            certificate,
            JudgementCode.EXPIRES_SOON,
            f"expires in {describe_days(ends - now)}, on {ends:%Y-%m-%d}.",
            "Ask the vendor for the next certificate and put it beside this one: both work while you rotate.",
        )
    if begins - now > CLOCK_TOLERANCE:
        yield _error(
            certificate,
            JudgementCode.NOT_YET_VALID,
            f"becomes valid in {describe_days(begins - now)}, on {begins:%Y-%m-%d}.",
            "Add it on that day, or check the clock of this machine.",
        )


def _judge_cryptography(certificate: Certificate) -> Iterator[Judgement]:
    if certificate.key_type is not KeyType.RSA:
        yield _error(
            certificate,
            JudgementCode.KEY_TYPE,
            f"has a key of {certificate.key_description}; Entra accepts only RSA keys.",
            "Ask for a certificate with an RSA key of 2048 bits or more.",
        )
    elif certificate.key_bits < MINIMUM_RSA_BITS:
        yield _error(
            certificate,
            JudgementCode.KEY_TOO_SHORT,
            f"has an RSA key of {certificate.key_bits} bits; Entra asks for {MINIMUM_RSA_BITS} or more.",
            "Ask for a certificate with a longer key.",
        )
    elif certificate.key_description.startswith("RSASSA-PSS"):
        yield _warning(
            certificate,
            JudgementCode.KEY_TYPE,
            f"has a key of {certificate.key_description}, which can only sign with PSS.",
            "Microsoft documents only plain RSA keys, so a sign-in may fail: test it, or ask for a plain RSA key.",
        )
    if certificate.signature_hash in _WEAK_HASHES:
        yield _error(
            certificate,
            JudgementCode.WEAK_SIGNATURE,
            f"is signed with {_WEAK_HASHES[certificate.signature_hash]}, which can be forged.",
            "Ask for a certificate signed with SHA-256, SHA-384 or SHA-512.",
        )
    if certificate.self_signature is SelfSignature.BROKEN:
        yield _error(
            certificate,
            JudgementCode.ALTERED,
            "has a signature that does not match its content: it was changed after it was signed.",
            "Get it again, as a file and not as pasted text.",
        )
    if denied := find_denied(certificate):
        yield _error(certificate, JudgementCode.DENIED, f"is on the deny list. {denied.reason}", denied.advice)


def _judge_purpose(certificate: Certificate) -> Iterator[Judgement]:
    if certificate.is_ca:
        yield _warning(
            certificate,
            JudgementCode.CA_CERTIFICATE,
            "is a CA certificate, meant to issue other certificates.",
            "Make sure that the vendor means this one and not a certificate issued by it.",
        )
    usages = certificate.extended_key_usages
    if usages and not {_CLIENT_AUTHENTICATION, _ANY_USAGE} & set(usages):
        yield _warning(
            certificate,
            JudgementCode.NO_CLIENT_AUTHENTICATION,
            f"has an extended key usage without client authentication: {', '.join(map(name_usage, usages))}.",
            "Make sure that the vendor signs in with this certificate.",
        )
    for irregularity in certificate.irregularities:
        yield _warning(
            certificate,
            JudgementCode.IRREGULAR,
            f"breaks the standard: {irregularity}",
            "It can be read here, but other programs may refuse it. Tell the vendor.",
        )


def _judge_pairs(certificates: Sequence[Certificate]) -> Iterator[Judgement]:
    first_with_key: dict[HexStr, Certificate] = {}
    for certificate in sorted(certificates, key=lambda one: one.source):
        first = first_with_key.setdefault(certificate.public_key_sha256, certificate)
        if first is certificate:
            continue
        same = "is the same certificate as" if first.der == certificate.der else "has the same key as"
        yield _error(
            certificate,
            JudgementCode.SAME_KEY,
            f"{same} {first.source}.",
            "Keep one of the two: a rotation needs a new key.",
        )


def describe_days(span: timedelta) -> str:
    """Write a time span in whole days: `12 days`, `1 day`, `less than a day`."""
    if span < timedelta(days=1):
        return "less than a day"
    return "1 day" if span.days == 1 else f"{span.days} days"


def _judge(severity: Severity, certificate: Certificate, code: JudgementCode, message: str, hint: str) -> Judgement:
    return Judgement(
        source=certificate.source,
        thumbprint=certificate.thumbprint,
        severity=severity,
        code=code,
        message=message,
        hint=hint,
    )


_error = partial(_judge, Severity.ERROR)
_warning = partial(_judge, Severity.WARNING)
