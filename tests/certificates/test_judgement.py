"""One rule each: a valid certificate with one field changed."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from association.certificates import (
    DENIED_CERTIFICATES,
    Certificate,
    HexStr,
    Judgement,
    JudgementCode,
    KeyType,
    SelfSignature,
    Severity,
    judge_certificates,
    judge_lifetime,
    read_certificate_file,
)
from tests.certificates.factories import BEGINS, ENDS, NOW, issue, read, rsa_key

SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1"
CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2"
ANY_USAGE = "2.5.29.37.0"
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def valid() -> Certificate:
    return read(issue())


def _judge(*certificates: Certificate) -> list[Judgement]:
    return judge_certificates(certificates, now=NOW, expiry_warning_days=30)


def _only(judgements: list[Judgement]) -> tuple[Severity, JudgementCode, str]:
    (judgement,) = judgements
    return judgement.severity, judgement.code, judgement.message


def test_a_valid_certificate_passes_without_a_word(valid: Certificate) -> None:
    assert _judge(valid) == []


def test_an_rsassa_pss_key_is_a_warning(valid: Certificate) -> None:
    severity, code, message = _only(_judge(replace(valid, key_description="RSASSA-PSS 2048 bits")))

    assert (severity, code) == (Severity.WARNING, JudgementCode.KEY_TYPE)
    assert "key of RSASSA-PSS 2048 bits" in message


def test_an_expired_certificate_is_an_error(valid: Certificate) -> None:
    judgements = _judge(replace(valid, not_after=NOW - 3 * DAY))

    assert _only(judgements) == (Severity.ERROR, JudgementCode.EXPIRED, "expired 3 days ago, on 2026-11-21.")


def test_a_certificate_is_valid_through_its_last_second(valid: Certificate) -> None:
    assert _only(_judge(replace(valid, not_after=NOW)))[1] is JudgementCode.EXPIRES_SOON
    assert _only(_judge(replace(valid, not_after=NOW - SECOND)))[1] is JudgementCode.EXPIRED


def test_a_certificate_that_expires_within_the_warning_days_is_a_warning(valid: Certificate) -> None:
    judgements = _judge(replace(valid, not_after=NOW + 30 * DAY))

    assert _only(judgements) == (Severity.WARNING, JudgementCode.EXPIRES_SOON, "expires in 30 days, on 2026-12-24.")


def test_a_certificate_that_expires_after_the_warning_days_is_no_matter(valid: Certificate) -> None:
    assert _judge(replace(valid, not_after=NOW + 30 * DAY + SECOND)) == []


def test_a_certificate_that_becomes_valid_after_a_day_is_an_error(valid: Certificate) -> None:
    judgements = _judge(replace(valid, not_before=NOW + 2 * DAY))

    assert _only(judgements) == (Severity.ERROR, JudgementCode.NOT_YET_VALID, "becomes valid in 2 days, on 2026-11-26.")


def test_a_certificate_that_becomes_valid_within_a_day_is_no_matter(valid: Certificate) -> None:
    assert _judge(replace(valid, not_before=NOW + DAY)) == []


def test_an_rsa_key_under_2048_bits_is_an_error(valid: Certificate) -> None:
    judgements = _judge(replace(valid, key_bits=2047))

    assert _only(judgements)[:2] == (Severity.ERROR, JudgementCode.KEY_TOO_SHORT)


@pytest.mark.parametrize("key_type", [KeyType.EC, KeyType.DSA, KeyType.OTHER])
def test_a_key_that_entra_cannot_verify_is_an_error(valid: Certificate, key_type: KeyType) -> None:
    judgements = _judge(replace(valid, key_type=key_type, key_description="EC secp256r1"))

    assert _only(judgements) == (
        Severity.ERROR,
        JudgementCode.KEY_TYPE,
        "has a key of EC secp256r1; Entra accepts only RSA keys.",
    )


@pytest.mark.parametrize("weak", ["md5", "sha1"])
def test_a_weak_signature_is_an_error(valid: Certificate, weak: str) -> None:
    assert _only(_judge(replace(valid, signature_hash=weak)))[:2] == (Severity.ERROR, JudgementCode.WEAK_SIGNATURE)


def test_an_altered_certificate_is_an_error(valid: Certificate) -> None:
    judgements = _judge(replace(valid, self_signature=SelfSignature.BROKEN))

    assert _only(judgements)[:2] == (Severity.ERROR, JudgementCode.ALTERED)


@pytest.mark.parametrize("field", ["thumbprint", "thumbprint_sha256", "public_key_sha256"])
def test_a_certificate_on_the_deny_list_is_an_error(valid: Certificate, field: str) -> None:
    denied = DENIED_CERTIFICATES[0]
    listed = HexStr(getattr(denied, field))
    changed = {
        "thumbprint": replace(valid, thumbprint=listed),
        "thumbprint_sha256": replace(valid, thumbprint_sha256=listed),
        "public_key_sha256": replace(valid, public_key_sha256=listed),
    }[field]

    assert _only(_judge(changed)) == (Severity.ERROR, JudgementCode.DENIED, f"is on the deny list. {denied.reason}")


def test_the_certificate_of_the_2019_guide_is_expired_and_denied_with_what_to_do() -> None:
    guide = read_certificate_file(Path(__file__).parent / "fixtures" / "guide-2019.txt")

    judgements = _judge(guide)

    assert [one.code for one in judgements] == [JudgementCode.EXPIRED, JudgementCode.DENIED]
    assert judgements[1].hint == "Ask Mimecast for the certificate of your region."


@pytest.mark.parametrize("denied", DENIED_CERTIFICATES, ids=lambda denied: denied.thumbprint)
def test_every_entry_of_the_deny_list_says_why_and_from_where(denied: object) -> None:
    assert all(vars(denied).values())


def test_two_certificates_with_the_same_key_are_an_error_at_the_second() -> None:
    first, second = read(issue(), "a.pem"), read(issue(serial_number=2), "b.pem")

    (judgement,) = _judge(second, first)

    assert (judgement.source, judgement.code) == ("b.pem", JudgementCode.SAME_KEY)
    assert judgement.message == "has the same key as a.pem."


def test_the_same_certificate_in_two_files_is_called_that() -> None:
    issued = issue()

    judgements = _judge(read(issued, "a.pem"), read(issued, "b.pem"))

    assert _only(judgements)[2] == "is the same certificate as a.pem."


def test_two_certificates_with_their_own_keys_live_together() -> None:
    assert _judge(read(issue(), "a.pem"), read(issue(key=rsa_key("next")), "b.pem")) == []


def test_a_lifetime_over_the_policy_of_the_tenant_is_a_warning(valid: Certificate) -> None:
    judgement = judge_lifetime(valid, timedelta(days=180))

    assert judgement
    assert (judgement.severity, judgement.code) == (Severity.WARNING, JudgementCode.LIFETIME)
    assert judgement.message == "is valid for 365 days; the tenant's app management policy allows 180 days."


@pytest.mark.parametrize("maximum", [ENDS - BEGINS, None])
def test_a_lifetime_as_long_as_the_policy_allows_is_no_matter(valid: Certificate, maximum: timedelta | None) -> None:
    assert judge_lifetime(valid, maximum) is None


def test_a_ca_certificate_is_a_warning(valid: Certificate) -> None:
    assert _only(_judge(replace(valid, is_ca=True)))[:2] == (Severity.WARNING, JudgementCode.CA_CERTIFICATE)


def test_an_extended_key_usage_without_client_authentication_is_a_warning(valid: Certificate) -> None:
    judgements = _judge(replace(valid, extended_key_usages=(SERVER_AUTHENTICATION,)))

    message = "has an extended key usage without client authentication: server auth."
    assert _only(judgements) == (Severity.WARNING, JudgementCode.NO_CLIENT_AUTHENTICATION, message)


@pytest.mark.parametrize("usage", [CLIENT_AUTHENTICATION, ANY_USAGE])
def test_an_extended_key_usage_with_client_authentication_is_no_matter(valid: Certificate, usage: str) -> None:
    assert _judge(replace(valid, extended_key_usages=(SERVER_AUTHENTICATION, usage))) == []


def test_what_the_parser_warned_about_is_a_warning(valid: Certificate) -> None:
    judgements = _judge(replace(valid, irregularities=("The serial number is negative.",)))

    assert _only(judgements)[:2] == (Severity.WARNING, JudgementCode.IRREGULAR)


def test_all_judgements_come_at_once_sorted_by_file_and_errors_first(valid: Certificate) -> None:
    first = replace(valid, source="a.pem", not_after=NOW + DAY, key_bits=1024)
    second = replace(read(issue(key=rsa_key("next"))), source="b.pem", is_ca=True)

    judgements = _judge(second, first)

    assert [(one.source, one.code) for one in judgements] == [
        ("a.pem", JudgementCode.KEY_TOO_SHORT),
        ("a.pem", JudgementCode.EXPIRES_SOON),
        ("b.pem", JudgementCode.CA_CERTIFICATE),
    ]


def test_a_judgement_reads_like_an_error(valid: Certificate) -> None:
    (judgement,) = _judge(replace(valid, is_ca=True))

    assert str(judgement).startswith(
        "vendor.pem: is a CA certificate, meant to issue other certificates.\n  Make sure that"
    )
