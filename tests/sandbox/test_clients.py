"""Real clients sign in: azure-identity, msal, and the forms of the azuread provider."""

import base64

import msal
import pytest
import requests
from azure.identity import CertificateCredential, ClientAssertionCredential, ClientSecretCredential

from sandbox.tenant import TENANT_ID, Tenant
from tests.sandbox.association import Association
from tests.sandbox.certificates import key_credential, make_signer
from tests.sandbox.sign_in import (
    ASSERTION_TYPE,
    EXCHANGE_SCOPE,
    base64url,
    make_assertion,
    provider_header,
    sign_in,
    sign_in_by_assertion,
    with_asn1_signature,
)


@pytest.fixture(autouse=True)
def _no_bundle_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


def azure_options(tenant: Tenant) -> dict[str, object]:
    return {"authority": tenant.url, "disable_instance_discovery": True, "connection_verify": str(tenant.ca_file)}


def test_azure_identity_signs_in_with_a_secret(tenant: Tenant) -> None:
    one = tenant.identity("deployer")
    credential = ClientSecretCredential(TENANT_ID, one.client_id, one.client_secret, **azure_options(tenant))
    assert credential.get_token(f"{tenant.url}/.default").token.count(".") == 2


def test_azure_identity_signs_in_with_a_pfx(tenant: Tenant) -> None:
    path = str(tenant.certificate("deployer"))
    client_id = tenant.identity("deployer").client_id
    credential = CertificateCredential(TENANT_ID, client_id, path, **azure_options(tenant))
    assert credential.get_token(f"{tenant.url}/.default").token.count(".") == 2


def test_azure_identity_signs_in_with_a_pipelines_token(tenant: Tenant) -> None:
    token = tenant.federated_token("deployer")
    client_id = tenant.identity("deployer").client_id
    credential = ClientAssertionCredential(TENANT_ID, client_id, lambda: token, **azure_options(tenant))
    assert credential.get_token(f"{tenant.url}/.default").token.count(".") == 2


def test_a_pipelines_token_of_somebody_else_is_refused(tenant: Tenant, http: requests.Session) -> None:
    answer = sign_in_by_assertion(
        tenant, http, tenant.identity("deployer").client_id, tenant.federated_token("auditor")
    )
    assert answer.json()["error_codes"] == [700213]


@pytest.mark.parametrize("with_public_certificate", [True, False])
def test_msal_signs_in_as_the_vendor(
    tenant: Tenant, association: Association, *, with_public_certificate: bool
) -> None:
    signer = association.signer
    credential = {"private_key": signer.private_pem, "thumbprint": signer.sha1.hex()}
    if with_public_certificate:
        credential = {"private_key": signer.private_pem, "public_certificate": signer.pem.decode()}
    client = msal.ConfidentialClientApplication(
        association.client_id,
        client_credential=credential,
        authority=f"{tenant.url}/{TENANT_ID}",
        instance_discovery=False,
        verify=str(tenant.ca_file),
    )
    answer = client.acquire_token_for_client([EXCHANGE_SCOPE])
    assert tenant.verify_token(answer["access_token"])["roles"] == ["full_access_as_app"]


@pytest.mark.parametrize("pem", [True, False])
def test_a_key_in_pem_text_or_der_counts(
    tenant: Tenant, http: requests.Session, association: Association, *, pem: bool
) -> None:
    signer = make_signer("second")
    tenant.graph("PATCH", association.application_path, {"keyCredentials": [key_credential(signer, pem=pem)]})
    assertion = make_assertion(tenant, association.client_id, signer)
    assert sign_in_by_assertion(tenant, http, association.client_id, assertion).ok


@pytest.mark.parametrize("asn1", [True, False])
def test_an_elliptic_curve_key_signs_in_either_form(
    tenant: Tenant, http: requests.Session, association: Association, *, asn1: bool
) -> None:
    signer = make_signer("ec vendor")
    tenant.graph("PATCH", association.application_path, {"keyCredentials": [key_credential(signer)]})
    assertion = make_assertion(tenant, association.client_id, signer, algorithm="ES256")
    assertion = with_asn1_signature(assertion, signer) if asn1 else assertion
    assert sign_in_by_assertion(tenant, http, association.client_id, assertion).ok


def test_the_other_thumbprint_headers_are_read(
    tenant: Tenant, http: requests.Session, association: Association
) -> None:
    signer = association.signer
    headers = [
        provider_header(signer),
        {"x5t": base64url(signer.sha1).rstrip("=")},
        {"x5t#S256": base64url(signer.sha256)},
        {"kid": signer.sha1.hex().upper()},
    ]
    assertions = [make_assertion(tenant, association.client_id, signer, header=header) for header in headers]
    answers = [sign_in_by_assertion(tenant, http, association.client_id, assertion) for assertion in assertions]
    assert [answer.status_code for answer in answers] == [200] * 4


def test_a_signature_by_another_key_is_refused(
    tenant: Tenant, http: requests.Session, association: Association
) -> None:
    header = provider_header(association.signer)
    forged = make_assertion(tenant, association.client_id, make_signer("stranger"), header=header)
    answer = sign_in_by_assertion(tenant, http, association.client_id, forged)
    assert answer.json()["error_codes"] == [700027]


def test_an_unsigned_assertion_is_refused(tenant: Tenant, http: requests.Session, association: Association) -> None:
    signed = make_assertion(tenant, association.client_id, association.signer)
    header = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    forged = f"{header}.{signed.split('.')[1]}."
    answer = sign_in(tenant, http, association.client_id, client_assertion=forged, client_assertion_type=ASSERTION_TYPE)
    assert answer.json()["error_codes"] == [700027]
