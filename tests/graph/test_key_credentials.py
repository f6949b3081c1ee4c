"""One entry of `keyCredentials`, as Graph shows it and as we make it."""

import base64

import pytest

from association.certificates import Certificate, read_certificate
from association.errors import GraphError
from association.graph.key_credentials import choose_key_id, make_entry, parse_key_credentials
from tests.factories import certificate_pem

KEY_ID = "7B1E0000-0000-4000-8000-00000000000A"


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return read_certificate(certificate_pem("entry").encode(), source="entry")


@pytest.mark.parametrize("form", ["DER", "PEM"])
def test_the_key_is_read_as_der_or_as_the_pem_text_that_the_azuread_provider_writes(
    certificate: Certificate, form: str
) -> None:
    raw = certificate.der if form == "DER" else certificate.pem.encode()
    (entry,) = parse_key_credentials(
        {"keyCredentials": [{"keyId": KEY_ID, "key": base64.b64encode(raw).decode()}]}, "/x"
    )
    assert entry.key == certificate.der
    assert entry.sha256 == certificate.thumbprint_sha256


def test_foreign_bytes_with_the_certificate_inside_are_not_the_certificate(certificate: Certificate) -> None:
    """A file that holds one is read as a favour; an entry of the tenant is what its bytes are."""
    raw = f'{{"note": "anybody\'s", "cer": "{base64.b64encode(certificate.der).decode()}"}}'.encode()
    (entry,) = parse_key_credentials(
        {"keyCredentials": [{"keyId": KEY_ID, "key": base64.b64encode(raw).decode()}]}, "/x"
    )
    assert entry.certificate is None
    assert entry.key == raw


@pytest.mark.parametrize("key", ["AAAA", "not base64!"])
def test_bytes_that_are_no_certificate_are_kept_for_comparison(key: str) -> None:
    (entry,) = parse_key_credentials({"keyCredentials": [{"keyId": KEY_ID, "key": key}]}, "/x")
    assert entry.certificate is None
    assert len(entry.sha256) == 64


def test_an_entry_is_sent_back_exactly_as_it_was_read_but_for_the_key() -> None:
    read = {"keyId": KEY_ID, "key": "AAAA", "usage": "Verify", "customKeyIdentifier": "odd", "somethingNew": 1}
    (entry,) = parse_key_credentials({"keyCredentials": [read]}, "/x")
    assert entry.resend() == {**read, "key": None}


def test_an_entry_without_a_key_id_is_an_error_not_a_guess() -> None:
    with pytest.raises(GraphError, match="GET /x with a key credential without keyId"):
        parse_key_credentials({"keyCredentials": [{"key": "AAAA"}]}, "/x")


def test_a_new_entry_has_the_certificates_own_dates_in_utc(certificate: Certificate) -> None:
    entry = make_entry(certificate, KEY_ID)
    assert entry["startDateTime"] == certificate.not_before.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert entry["endDateTime"] == certificate.not_after.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (entry["type"], entry["usage"]) == ("AsymmetricX509Cert", "Verify")


def test_the_key_id_is_the_same_every_time_unless_it_is_taken(certificate: Certificate) -> None:
    usual = choose_key_id(certificate, frozenset())
    assert choose_key_id(certificate, frozenset({"another"})) == usual
    assert choose_key_id(certificate, frozenset({usual})) not in {usual, choose_key_id(certificate, frozenset({usual}))}
