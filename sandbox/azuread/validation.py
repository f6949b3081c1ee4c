"""What azuread refuses before it asks Graph: each check says what is wrong with one string, or nothing.

Source: https://github.com/hashicorp/terraform-provider-azuread, `internal/helpers/tf/validation` (3.9, observed with
the real provider; checked 2026-11-24).
"""

import re
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def check_not_empty(value: str) -> str:
    return "" if value.strip() else "Value must not be empty"


def check_uuid(value: str) -> str:
    return "" if _UUID.fullmatch(value) else "Value must be a valid UUID"


def check_application_id(value: str) -> str:
    """The id of an `azuread.Application`."""
    start, _, object_id = value.rpartition("/")
    is_one = start == "/applications" and not check_uuid(object_id)
    return "" if is_one else f"expected /applications/<object id>, got {value}"


def length_at_most(limit: int) -> Callable[[str], str]:

    def check(value: str) -> str:
        return "" if len(value) <= limit else f"Value must be at most {limit} characters, got {len(value)}"

    return check


def one_of(*allowed: str) -> Callable[[str], str]:

    def check(value: str) -> str:
        return "" if value in allowed else f"expected the value to be one of {list(allowed)}, got {value}"

    return check


def _check_uri(value: str, *, schemes: tuple[str, ...] = (), needs_path: bool = False, limit: int = 0) -> str:
    parts = urlsplit(value)
    if not parts.scheme:
        return "URI is not valid: it has no scheme"
    if schemes and parts.scheme not in schemes:
        return f"URI must have one of these schemes: {', '.join(schemes)}"
    if schemes and not parts.netloc:
        return "URI must have a host"
    if needs_path and not parts.path:
        return "URI must have a trailing slash when there is no path segment"
    return length_at_most(limit)(value) if limit else ""


check_http_url = partial(_check_uri, schemes=("http", "https"))
check_logout_url = partial(check_http_url, limit=255)
check_public_client_uri = partial(_check_uri, limit=256)
check_single_page_uri = partial(
    _check_uri, schemes=("http", "https", "ms-appx-web", "brk-multihub"), needs_path=True, limit=256
)


def check_web_uri(value: str) -> str:
    """A redirect URI of a web application: as of a single page application, or a URN."""
    return length_at_most(256)(value) if value.startswith("urn:") else check_single_page_uri(value)
