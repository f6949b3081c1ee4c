"""Check and Diff by rule: what is refused, what is completed, what counts as a change."""

from typing import Any

import pytest

from sandbox.azuread.check import check
from sandbox.azuread.diff import Change, compare
from sandbox.azuread.schema import UNKNOWN
from sandbox.azuread.state import plan, refreshed_inputs
from sandbox.azuread.tables import APP_ROLE_ASSIGNMENT, APPLICATION, SERVICE_PRINCIPAL
from sandbox.azuread.wire import from_struct, to_struct

GUID = "00000000-0000-4000-8000-000000000001"
SLASH = "URI must have a trailing slash when there is no path segment"


def failures(**inputs: Any) -> tuple[str, ...]:
    return check(APPLICATION, "app", {"displayName": "x", **inputs}).failures


@pytest.mark.parametrize(
    "uri",
    [
        "https://localhost/",
        "https://localhost/cb",
        "https://*.contoso.com/",
        "ms-appx-web://x/",
        "urn:ietf:wg:oauth:2.0:oob",
    ],
)
def test_accepts_a_redirect_uri_with_a_path(uri: str) -> None:
    assert failures(web={"redirectUris": [uri]}) == ()


@pytest.mark.parametrize("uri", ["https://localhost", "http://localhost:8080", "https://contoso.com?x=1"])
def test_refuses_a_redirect_uri_without_a_path_except_of_a_public_client(uri: str) -> None:
    where = "Examine values at 'app.{}.redirectUris[0]'."
    assert failures(web={"redirectUris": [uri]}) == (f"{SLASH}. {where.format('web')}",)
    assert failures(singlePageApplication={"redirectUris": [uri]}) == (
        f"{SLASH}. {where.format('singlePageApplication')}",
    )
    assert failures(publicClient={"redirectUris": [uri]}) == ()


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"displayName": None}, 'Missing required argument. The argument "displayName" is required'),
        ({"displayName": " "}, "Value must not be empty"),
        ({"dispalyName": "x"}, 'Unsupported argument. An argument named "dispalyName" is not expected here'),
        ({"signInAudience": "Everybody"}, "expected the value to be one of"),
        ({"owners": ["me"]}, "Value must be a valid UUID"),
        ({"owners": GUID}, "Incorrect type: expected set, got str"),
        ({"preventDuplicateNames": "yes"}, "Incorrect type: expected bool, got str"),
        ({"description": "x" * 1025}, "Value must be at most 1024 characters, got 1025"),
        ({"clientId": GUID}, 'Value for unconfigurable attribute. "clientId"'),
        ({"password": {"displayName": "x"}}, 'The stand-in azuread plugin does not support "password"'),
        ({"tags": ["a"], "featureTags": [{"hide": True}]}, "Conflicting configuration arguments"),
        ({"web": {"homepageUrl": "localhost"}}, "URI is not valid: it has no scheme"),
        ({"web": {"redirectUris": ["myapp://auth"]}}, "URI must have one of these schemes"),
        ({"singlePageApplication": {"redirectUris": ["https:///x"]}}, "URI must have a host"),
        (
            {"requiredResourceAccesses": [{"resourceAppId": GUID}]},
            'Missing required argument. The argument "resourceAccesses"',
        ),
    ],
)
def test_refuses_what_the_official_plugin_refuses(inputs: dict[str, Any], expected: str) -> None:
    (failure,) = failures(**inputs)
    assert failure.startswith(expected)


def test_does_not_judge_what_is_not_known_yet() -> None:
    assert failures(owners=[UNKNOWN], web=UNKNOWN, displayName=UNKNOWN) == ()


def test_lists_the_defaults_it_filled_in_beside_them() -> None:
    inputs = check(APPLICATION, "app", {"displayName": "x", "api": {"mappedClaimsEnabled": True}}).inputs
    assert (inputs["__defaults"], inputs["api"]["__defaults"]) == (["signInAudience"], ["requestedAccessTokenVersion"])
    assert check(SERVICE_PRINCIPAL, "sp", {"clientId": GUID}).inputs["accountEnabled"] is True


@pytest.mark.parametrize(
    ("olds", "news", "expected"),
    [
        ({"notes": ""}, {}, {}),
        ({"notes": "x"}, {}, {"notes": Change.DELETE}),
        ({"notes": None}, {"notes": "x"}, {"notes": Change.ADD}),
        ({"notes": "x"}, {"notes": UNKNOWN}, {"notes": Change.UPDATE}),
        ({"tags": ["set by hand"]}, {}, {}),
        ({"tags": ["a", "b"]}, {"tags": ["b", "a"]}, {}),
        ({"tags": ["a"]}, {"tags": ["a", "b"]}, {"tags[1]": Change.ADD}),
        ({"owners": ["a"]}, {}, {"owners": Change.DELETE}),
        ({"web": {"redirectUris": [], "homepageUrl": ""}}, {}, {}),
        ({"web": {"redirectUris": ["https://x/"]}}, {}, {"web": Change.DELETE}),
        ({"web": None}, {"web": {"redirectUris": ["https://x/"]}}, {"web": Change.ADD}),
        ({"signInAudience": "AzureADMultipleOrgs"}, {}, {"signInAudience": Change.UPDATE}),
        (
            {"api": {"requestedAccessTokenVersion": 1}},
            {"api": {"requestedAccessTokenVersion": 2}},
            {"api.requestedAccessTokenVersion": Change.UPDATE},
        ),
        ({"appRoles": [{"id": "1", "enabled": True}]}, {"appRoles": [{"id": "1"}]}, {}),
        (
            {"optionalClaims": {"idTokens": [{"name": "a"}]}},
            {"optionalClaims": {"idTokens": [{"name": "b"}, {"name": "c"}]}},
            {"optionalClaims.idTokens[0].name": Change.UPDATE, "optionalClaims.idTokens[1]": Change.ADD},
        ),
    ],
)
def test_counts_as_a_change_only_what_the_program_decides(
    olds: dict[str, Any], news: dict[str, Any], expected: dict[str, Change]
) -> None:
    defaults = {"displayName": "x", "signInAudience": "AzureADMyOrg"}
    assert compare(APPLICATION, defaults | olds, {"displayName": "x"} | news).changes == expected


def test_another_role_replaces_the_assignment() -> None:
    olds = {"appRoleId": "1", "principalObjectId": "2", "resourceObjectId": "3"}
    difference = compare(APP_ROLE_ASSIGNMENT, olds, olds | {"appRoleId": "4"})
    assert (difference.replaces, difference.stables) == (("appRoleId",), ("principalObjectId", "resourceObjectId"))


def test_a_preview_shows_what_only_the_directory_knows_as_unknown() -> None:
    planned = plan(SERVICE_PRINCIPAL, {}, {"clientId": GUID, "notes": "n"})
    shown = {name: planned[name] for name in ("clientId", "notes", "objectId", "tags", "description")}
    assert shown == {"clientId": GUID, "notes": "n", "objectId": UNKNOWN, "tags": UNKNOWN, "description": None}


def test_a_refresh_forgets_a_default_that_is_no_longer_the_value() -> None:
    old = {"__defaults": ["encoding"], "encoding": "pem", "type": "x"}
    assert refreshed_inputs(old, {"encoding": "pem", "type": "y"}) == old | {"type": "y"}
    assert refreshed_inputs(old, {"encoding": "hex", "type": "x"}) == {"encoding": "hex", "type": "x"}


def test_takes_a_value_out_of_its_secret_wrapping() -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": {"a": [1.0, None]}}
    assert from_struct(to_struct({"x": [secret]})) == {"x": [{"a": [1, None]}]}
