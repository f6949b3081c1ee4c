"""What azuread refuses before it asks Graph: each check says what is wrong with one string, or nothing.

Source: https://github.com/hashicorp/terraform-provider-azuread, `internal/helpers/tf/validation` (3.9, observed with
the real provider; checked 2026-11-24).
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_REDIRECT_SCHEMES = ("http", "https", "ms-appx-web", "brk-multihub")
_MAX_URI = 256
_MAX_LOGOUT_URL = 255


def check_not_empty(value: str) -> str:
    return "" if value.strip() else "Value must not be empty"


def check_uuid(value: str) -> str:
    return "" if _UUID.fullmatch(value) else "Value must be a valid UUID"


def check_http_url(value: str) -> str:
    """An http or https URL with a host; without the trailing slash rule of redirect URIs."""
    return _check_uri(value, schemes=("http", "https"))


def check_logout_url(value: str) -> str:
    """As `check_http_url`, at most 255 characters."""
    return check_http_url(value) or length_at_most(_MAX_LOGOUT_URL)(value)


def check_web_uri(value: str) -> str:
    """A redirect URI of a web application: as `check_single_page_uri`, or a URN."""
    return length_at_most(_MAX_URI)(value) if value.startswith("urn:") else check_single_page_uri(value)


def check_application_id(value: str) -> str:
    """The id of an `azuread.Application`."""
    start, _, object_id = value.rpartition("/")
    is_one = start == "/applications" and not check_uuid(object_id)
    return "" if is_one else f"expected /applications/<object id>, got {value}"


def check_single_page_uri(value: str) -> str:
    """A redirect URI of a single page application: it needs a path, if only `/`."""
    problem = _check_uri(value, schemes=_REDIRECT_SCHEMES)
    if not problem and not urlsplit(value).path:
        problem = "URI must have a trailing slash when there is no path segment"
    return problem or length_at_most(_MAX_URI)(value)


def check_public_client_uri(value: str) -> str:
    """A redirect URI of a public client: any scheme, no path needed."""
    return _check_uri(value, schemes=()) or length_at_most(_MAX_URI)(value)


def length_at_most(limit: int) -> Callable[[str], str]:

    def check(value: str) -> str:
        return "" if len(value) <= limit else f"Value must be at most {limit} characters, got {len(value)}"

    return check


def one_of(*allowed: str) -> Callable[[str], str]:

    def check(value: str) -> str:
        return "" if value in allowed else f"expected the value to be one of {list(allowed)}, got {value}"

    return check


def _check_uri(value: str, *, schemes: tuple[str, ...]) -> str:
    parts = urlsplit(value)
    if not parts.scheme:
        return "URI is not valid: it has no scheme"
    if schemes and parts.scheme not in schemes:
        return f"URI must have one of these schemes: {', '.join(schemes)}"
    if schemes and not parts.netloc:
        return "URI must have a host"
    return ""
