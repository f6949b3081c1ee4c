"""The token endpoint: tokens, and Entra's own words for every refusal."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import requests

from sandbox.tenant import INITIAL_DOMAIN, TENANT_ID, Tenant
from tests.sandbox.association import EXCHANGE, NOBODY, Association, made
from tests.sandbox.certificates import key_credential, make_signer
from tests.sandbox.sign_in import EXCHANGE_SCOPE, login_refusal, make_assertion, sign_in, sign_in_by_assertion


def test_a_graph_token_names_the_caller_and_its_permissions(tenant: Tenant, http: requests.Session) -> None:
    deployer = tenant.identity("deployer")
    answer = sign_in(tenant, http, deployer.client_id, client_secret=deployer.client_secret).json()
    claims = jwt.decode(answer["access_token"], tenant.public_key, algorithms=["RS256"], audience=tenant.url)
    assert (claims["oid"], claims["appid"], claims["tid"]) == (deployer.object_id, deployer.client_id, TENANT_ID)
    assert (claims["idtyp"], set(claims["roles"])) == ("app", set(deployer.permissions))
    assert (answer["token_type"], answer["expires_in"], claims["exp"] - claims["iat"]) == ("Bearer", 3599, 3599)


def test_an_exchange_token_holds_the_granted_exchange_roles(
    tenant: Tenant, http: requests.Session, association: Association
) -> None:
    assertion = make_assertion(tenant, association.client_id, association.signer)
    answer = sign_in_by_assertion(tenant, http, association.client_id, assertion)
    claims = tenant.verify_token(answer.json()["access_token"])
    assert (claims["aud"], claims["roles"]) == ("https://outlook.office365.com", ["full_access_as_app"])


def test_a_graph_token_is_no_exchange_token(tenant: Tenant) -> None:
    with pytest.raises(jwt.InvalidAudienceError):
        tenant.verify_token(tenant.token("deployer"))


def test_without_a_grant_there_is_a_token_without_roles(
    tenant: Tenant, http: requests.Session, association: Association
) -> None:
    tenant.graph("DELETE", f"{association.principal_path}/appRoleAssignments/{association.assignment}")
    assertion = make_assertion(tenant, association.client_id, association.signer)
    answer = sign_in_by_assertion(tenant, http, association.client_id, assertion)
    assert tenant.verify_token(answer.json()["access_token"])["roles"] == []


def test_the_tenant_answers_to_its_domain_too(tenant: Tenant, http: requests.Session) -> None:
    one = tenant.identity("auditor")
    assert sign_in(tenant, http, one.client_id, tenant_name=INITIAL_DOMAIN, client_secret=one.client_secret).ok


def test_another_tenant_is_not_found(tenant: Tenant, http: requests.Session) -> None:
    answer = sign_in(tenant, http, NOBODY, tenant_name="contoso.com", client_secret="x")
    assert login_refusal(answer) == (400, "invalid_request", 90002)


def test_an_unknown_client_is_not_found(tenant: Tenant, http: requests.Session) -> None:
    assert login_refusal(sign_in(tenant, http, NOBODY, client_secret="x")) == (400, "unauthorized_client", 700016)


def test_a_deleted_application_is_not_found(tenant: Tenant, http: requests.Session, association: Association) -> None:
    tenant.graph("DELETE", association.application_path)
    answer = sign_in(tenant, http, association.client_id, client_secret="x")
    assert login_refusal(answer) == (400, "unauthorized_client", 700016)


def test_a_disabled_principal_is_told_so(tenant: Tenant, http: requests.Session, association: Association) -> None:
    tenant.graph("PATCH", association.principal_path, {"accountEnabled": False})
    answer = sign_in(tenant, http, association.client_id, client_secret="x")
    assert login_refusal(answer) == (400, "unauthorized_client", 7000112)


def test_a_deactivated_application_is_told_so(tenant: Tenant, http: requests.Session, association: Association) -> None:
    tenant.graph("PATCH", association.application_path, {"isDisabled": True})
    answer = sign_in(tenant, http, association.client_id, client_secret="x")
    assert login_refusal(answer) == (400, "unauthorized_client", 7000112)


def test_a_wrong_secret_is_told_so(tenant: Tenant, http: requests.Session) -> None:
    answer = sign_in(tenant, http, tenant.identity("deployer").client_id, client_secret="wrong")
    assert login_refusal(answer) == (401, "invalid_client", 7000215)


def test_an_expired_secret_is_told_so(tenant: Tenant, http: requests.Session, association: Association) -> None:
    end = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    body = {"passwordCredential": {"displayName": "short", "endDateTime": end}}
    secret = made(tenant, f"{association.application_path}/addPassword", body)["secretText"]
    assert sign_in(tenant, http, association.client_id, client_secret=secret).ok
    tenant.set_clock(lambda: datetime.now(UTC) + timedelta(hours=2))
    answer = sign_in(tenant, http, association.client_id, client_secret=secret)
    assert login_refusal(answer) == (401, "invalid_client", 7000222)


def test_no_credential_at_all_is_told_so(tenant: Tenant, http: requests.Session, association: Association) -> None:
    assert login_refusal(sign_in(tenant, http, association.client_id)) == (401, "invalid_client", 7000218)


def test_a_certificate_that_is_not_registered_is_named(
    tenant: Tenant, http: requests.Session, association: Association
) -> None:
    stranger = make_signer("stranger")
    answer = sign_in_by_assertion(
        tenant, http, association.client_id, make_assertion(tenant, association.client_id, stranger)
    )
    assert login_refusal(answer) == (401, "invalid_client", 700027)
    assert "[Reason - The key was not found., Thumbprint of key used by client: '" in answer.json()["error_description"]
    assert stranger.sha1.hex().upper() in (answer.json()["error_description"])


def test_a_certificate_that_has_expired_gives_the_same_code(
    tenant: Tenant, http: requests.Session, association: Association
) -> None:
    tenant.set_clock(lambda: datetime.now(UTC) + timedelta(days=400))
    assertion = make_assertion(tenant, association.client_id, association.signer)
    answer = sign_in_by_assertion(tenant, http, association.client_id, assertion)
    assert login_refusal(answer)[2] == 700027
    assert "The key used is expired." in answer.json()["error_description"]


def test_a_certificate_on_the_service_principal_counts_too(
    tenant: Tenant, http: requests.Session, association: Association
) -> None:
    second = make_signer("second")
    tenant.graph("PATCH", association.principal_path, {"keyCredentials": [key_credential(second)]})
    assertion = make_assertion(tenant, association.client_id, second)
    assert sign_in_by_assertion(tenant, http, association.client_id, assertion).ok


@pytest.mark.parametrize(
    ("claims", "number"),
    [
        ({"sub": NOBODY}, 700021),
        ({"aud": "https://login.example/token"}, 700023),
        ({"exp": 1}, 700024),
        ({"iss": "https://issuer.example"}, 700213),
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(
    tenant: Tenant, http: requests.Session, association: Association, claims: dict[str, Any], number: int
) -> None:
    assertion = make_assertion(tenant, association.client_id, association.signer, **claims)
    answer = sign_in_by_assertion(tenant, http, association.client_id, assertion)
    assert login_refusal(answer) == (401, "invalid_client", number)


def test_an_unreadable_assertion_is_refused(tenant: Tenant, http: requests.Session, association: Association) -> None:
    answer = sign_in_by_assertion(tenant, http, association.client_id, "nonsense")
    assert login_refusal(answer) == (401, "invalid_client", 50027)


def test_an_unknown_resource_is_told_so(tenant: Tenant, http: requests.Session) -> None:
    one = tenant.identity("deployer")
    form = {"client_secret": one.client_secret, "scope": "https://other.example/.default"}
    assert login_refusal(sign_in(tenant, http, one.client_id, **form)) == (400, "invalid_resource", 500011)


def test_a_disabled_resource_gives_no_token(tenant: Tenant, http: requests.Session) -> None:
    tenant.graph("PATCH", f"/v1.0/servicePrincipals/{EXCHANGE}", {"accountEnabled": False})
    one = tenant.identity("deployer")
    answer = sign_in(tenant, http, one.client_id, client_secret=one.client_secret, scope=EXCHANGE_SCOPE)
    assert login_refusal(answer) == (400, "unauthorized_client", 500014)


def test_conditional_access_can_block_a_principal(
    tenant: Tenant, http: requests.Session, association: Association
) -> None:
    policy = {
        "displayName": "block it",
        "state": "enabled",
        "conditions": {"clientApplications": {"includeServicePrincipals": [association.principal]}},
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    made(tenant, "/v1.0/identity/conditionalAccess/policies", policy, identity="administrator")
    assertion = make_assertion(tenant, association.client_id, association.signer)
    answer = sign_in_by_assertion(tenant, http, association.client_id, assertion)
    assert login_refusal(answer) == (400, "invalid_grant", 53003)


def test_metadata_points_login_and_graph_to_this_tenant(tenant: Tenant, http: requests.Session) -> None:
    found = http.get(f"{tenant.url}/metadata/endpoints?api-version=2022-09-01").json()
    assert (found["microsoftGraphResourceId"], found["authentication"]["loginEndpoint"]) == (tenant.url, tenant.url)


def test_the_published_keys_check_the_tokens(tenant: Tenant, http: requests.Session) -> None:
    document = http.get(f"{tenant.url}/{TENANT_ID}/v2.0/.well-known/openid-configuration").json()
    key = jwt.PyJWK(http.get(document["jwks_uri"]).json()["keys"][0])
    claims = jwt.decode(tenant.token("auditor"), key, audience=tenant.url, issuer=document["issuer"])
    assert claims["app_displayname"] == "auditor"
