"""Nothing of the tenant survives in an evidence file, and what is Microsoft's own does."""

import base64
import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

import microsoft
from association.evidence.redact import Redaction
from sandbox.tenant import Tenant
from tests.evidence.replay import evidence_of, fill
from tests.guard.association import Association

Json = dict[str, Any]

MARK = "Zq7Contoso"
"""Part of every name that the trapped tenant was given."""
GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
ID = "3f1d2a3b-1111-4222-8333-44445555abcd"
BASE64_ID = base64.b64encode(uuid.UUID(ID).bytes_le).decode()
ROLES = microsoft.table("roles")
PUBLIC_IDS = {guid for names in ROLES.values() for guid in names.values()} | {
    "00000000-0000-0000-0000-000000000000",
    "00000002-0000-0ff1-ce00-000000000000",
    "00000003-0000-0000-c000-000000000000",
    "f8cdef31-a31e-4b4a-93e4-5f571e91255a",
    "ffffffff-ffff-4fff-8fff-ffffffffffff",
}


def set_traps(tenant: Tenant) -> Association:
    """A tenant whose names, ids, keys and lists try every way into the file."""
    association = fill(tenant)
    patch = {
        "displayName": f"<b>{MARK}</b> admin@{MARK}.example application {association.application_id}",
        "notes": f"{MARK} key {base64.b64encode(uuid.UUID(association.application_id).bytes_le).decode()}",
        "tags": ["HideApp", MARK, f"x{association.service_principal_id.upper()}x", f"{MARK}:{association.client_id}"],
        "identifierUris": [f"https://{MARK}.example/{association.client_id}"],
        "web": {"redirectUris": [f"https://{MARK}.example/callback"]},
    }
    association.ask("PATCH", association.application, patch)
    association.add_secret(f"{MARK} secret of admin@{MARK}.example")
    tenant.switches.page_size = 1
    return association


def strings_of(value: Any) -> Iterator[str]:
    """Every text in a document, names of properties too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings_of(item)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from strings_of(part)


def public_words() -> set[str]:
    """What may stand on both sides: names, types and values of Microsoft's, by the tables themselves."""
    types, words = microsoft.table("types"), microsoft.table("words")
    paths = [*types["properties"], *types["relations"], *microsoft.table("deviations")["properties"]]
    found = {part for path in paths for part in path.split("/")} | set(types["types"])
    found |= {value for values in types["enums"].values() for value in values}
    found |= {value for entry in words.values() for value in entry["words"]}
    found |= {name for names in ROLES.values() for name in names}
    error = {
        "error",
        "code",
        "message",
        "innerError",
        "date",
        "request-id",
        "client-request-id",
        "Request_ResourceNotFound",
    }
    return found | error | {"value", "headers"}


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Tenant, Json]]:
    """The tenant, and the file about it."""
    with Tenant(tmp_path_factory.mktemp("trapped")) as tenant:
        association = set_traps(tenant)
        tenant.requests.clear()
        yield tenant, evidence_of(tenant, association.client_id)


def answers_of(tenant: Tenant) -> list[Any]:
    return [request.response for request in tenant.requests if request.response is not None]


def test_no_id_of_the_tenant_survives_in_any_form(trapped: tuple[Tenant, Json]) -> None:
    tenant, document = trapped
    raw, text = json.dumps(answers_of(tenant)), json.dumps(document).lower()
    ids = {found.lower() for found in GUID.findall(raw)} - PUBLIC_IDS
    assert len(ids) > 30
    for one in ids:
        data = uuid.UUID(one)
        encoded = {
            base64.b64encode(form).decode().rstrip("=").lower() for form in (data.bytes, data.bytes_le, one.encode())
        }
        assert [form for form in {one, one.replace("-", ""), *encoded} if form in text] == []


def test_no_text_of_the_tenant_survives(trapped: tuple[Tenant, Json]) -> None:
    tenant, document = trapped
    shown = set(strings_of(document)) - {part for one in document["exchanges"] for part in (one["path"], one["name"])}
    kept = {text for text in shown & set(strings_of(answers_of(tenant))) if text not in public_words()}
    annotations = {text for text in kept if text.startswith(("@odata.", "#microsoft.graph."))}
    header = {
        text
        for text in kept
        if text.startswith("application/json") or text in {"Cache-Control", "Content-Type", "no-cache"}
    }
    assert kept - annotations - header - PUBLIC_IDS - {"", "/"} == set()
    secret = [MARK, tenant.url.partition("//")[2], "onmicrosoft", "adele", "mallory", "sandbox"]
    text = json.dumps(document).lower()
    assert [one for one in secret if one.lower() in text] == []


def test_the_tenant_was_full_of_traps(trapped: tuple[Tenant, Json]) -> None:
    raw = json.dumps(answers_of(trapped[0]))
    assert raw.count(MARK) > 10
    assert all(
        part in raw for part in ("nextLink", "<b>", "@sandbox.", "customSecurityAttributeValue", '"hint"', '"key"')
    )


def test_the_same_value_has_one_pseudonym_in_a_file_and_another_in_the_next(trapped: tuple[Tenant, Json]) -> None:
    bodies = {one["name"]: one["body"] for one in trapped[1]["exchanges"]}
    first = bodies["application"]["id"]
    assert first == bodies["applicationWithoutSelect"]["id"] != bodies["servicePrincipal"]["id"]
    assert bodies["application"]["appId"] == bodies["servicePrincipal"]["appId"]
    other = Redaction().body("application", {"id": ID})["id"]
    assert other != Redaction().body("application", {"id": ID})["id"]


def test_what_the_evidence_is_for_is_kept(trapped: tuple[Tenant, Json]) -> None:
    bodies = {one["name"]: one["body"] for one in trapped[1]["exchanges"]}
    (mark,) = {key["type"] for key in bodies["application"]["keyCredentials"]}
    assert mark == "AsymmetricX509Cert"
    assert bodies["applicationWithoutSelect"]["signInAudience"] == "AzureADMyOrg"
    assert bodies["exchangePrincipal"]["appId"] == "00000002-0000-0ff1-ce00-000000000000"
    assert "full_access_as_app" in {role["value"] for role in bodies["exchangePrincipal"]["appRoles"]}
    assert bodies["applicationWithoutSelect"]["deletedDateTime"] is None


TRAPS: dict[str, tuple[str, Any]] = {
    "an error's message": ("application", {"error": {"code": "Request_BadRequest", "message": f"{ID} of {MARK}"}}),
    "an error's code": ("application", {"error": {"code": f"Denied {MARK}1", "message": ""}}),
    "details of an error": ("application", {"error": {"details": [{"code": MARK, "target": ID}], "innerError": {MARK: ID}}}),
    "a next page": ("[user]", {"@odata.nextLink": f"https://{MARK}.example/v1.0/users?$skiptoken={MARK}%27{ID}&x={BASE64_ID}"}),
    "a next page, encoded twice": ("[user]", {"@odata.nextLink": f"https://graph.microsoft.com/users('{ID.replace('-', '%252D')}')"}),
    "a host that only begins like Graph": ("user", {"@odata.id": f"https://graph.microsoft.com.{MARK}.example/v1.0"}),
    "a person in a host": ("user", {"@odata.id": f"https://{MARK}@graph.microsoft.com/v1.0"}),
    "a context": ("user", {"@odata.context": f"https://graph.microsoft.com/v1.0/{ID}/$metadata#users('{MARK}%40x.org')/$entity"}),
    "a type that nobody knows": ("user", {"@odata.type": f"#microsoft.graph.{MARK}"}),
    "an unknown annotation": ("user", {f"displayName@{MARK}": "x"}),
    "a property that nobody knows": ("application", {f"extension_{ID.replace('-', '')}_{MARK}": MARK}),
    "an etag": ("user", {"@odata.etag": f'W/"{MARK}"'}),
    "a value out of an enumeration": ("application", {"nativeAuthenticationApisEnabled": f"none,{MARK}"}),
    "a word beside a known one": ("application", {"signInAudience": f"AzureADMyOrg {MARK}"}),
    "a permission of the tenant's own": ("oAuth2PermissionGrant", {"scope": f" User.Read {MARK}.Read"}),
    "an object where text was expected": ("application", {"displayName": {MARK: [MARK, {"x": ID}]}}),
    "text where an object was expected": ("application", {"api": MARK}),
    "attributes and their names": ("servicePrincipal", {"customSecurityAttributes": {MARK: {"mail": 4711, f"{MARK}@odata.type": "#Int32", MARK: [ID]}}}),
    "a list where an object was expected": ("application", [MARK, [ID]]),
    "text alone": ("", MARK),
    "a body of no known route": ("", {"value": [{"id": ID}], MARK: ID}),
    "binary that is none": ("keyCredential", {"key": f"{MARK}!", "customKeyIdentifier": BASE64_ID}),
    "a duration that is none": ("federatedIdentityCredential", {"subject": f"PT{MARK}"}),
    "text with broken halves of characters": ("user", {"displayName": f"\ud800{MARK}"}),
}  # fmt: skip


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_replaced(name: str) -> None:
    kind, body = TRAPS[name]
    text = json.dumps(Redaction().body(kind, body)).lower()
    forbidden = [MARK, ID, ID.replace("-", ""), BASE64_ID.rstrip("="), "4711", "%40x", "3f1d2a3b", "5555abcd"]
    assert [one for one in forbidden if one.lower() in text] == []


def test_headers_keep_their_names_and_known_values_only() -> None:
    shown = Redaction().headers(
        {"Content-Type": "application/json; charset=utf-8", "x-ms-ags-diagnostic": MARK, f"x-{ID}": "1", "Date": MARK}
    )
    assert list(shown)[:2] == ["Content-Type", "x-ms-ags-diagnostic"]
    assert shown["Content-Type"] == "application/json; charset=utf-8"
    assert MARK not in json.dumps(shown)
    assert ID not in json.dumps(shown)


@pytest.mark.parametrize(
    ("kind", "name", "value", "form"),
    [
        ("application", "id", ID.upper(), r"[0-9A-F-]{36}"),
        ("application", "createdDateTime", "2026-11-29T01:02:03.45Z", r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\dZ"),
        ("keyCredential", "customKeyIdentifier", BASE64_ID, r"[\w+/]{22}=="),
        ("unifiedRoleAssignment", "directoryScopeId", f"/{ID}", r"/[0-9a-f-]{36}"),
        ("unifiedRoleAssignment", "directoryScopeId", "/", "/"),
        ("user", "mail", "a@b.org", r"mail-[0-9a-f]{16}"),
        ("userIdentity", "ipAddress", "10.1.2.3", r"address-[0-9a-f]{16}"),
        ("oAuth2PermissionGrant", "scope", " User.Read Mail.Read", " User.Read Mail.Read"),
    ],
)
def test_a_form_that_is_a_fact_stays(kind: str, name: str, value: str, form: str) -> None:
    shown = Redaction().body(kind, {name: value})[name]
    assert re.fullmatch(form, shown)
    assert shown != value or value == form


def test_a_guid_in_capitals_is_the_same_one() -> None:
    body = Redaction().body("application", {"id": ID.upper(), "appId": ID})
    assert body["id"] == body["appId"].upper()
