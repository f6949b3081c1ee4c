"""Key credentials: the certificates on an application or service principal, with every rule the service has for them.

Password credentials stand in `passwords`, policies on lifetimes in `policies`. Rules: azuread provider recordings,
https://learn.microsoft.com/en-us/graph/api/resources/keycredential and the issues named below (checked 2026-11-24).
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from sandbox.tenant.directory import Directory, new_id
from sandbox.tenant.policies import check_lifetime
from sandbox.tenant.problems import GraphError, bad_request
from sandbox.tenant.store import Json

LONGEST_DISPLAY_NAME = 90


def replace_key_credentials(
    directory: Directory, entity: Json, entries: Sequence[Json], *, creating: bool
) -> list[Any]:
    """The new list, which takes the place of the old one of the application or service principal whole.

    An entry with a known key id is kept, and may have `key` null; while creating, a key id is refused (Stack Overflow
    79463224).
    """
    known = {entry["keyId"]: entry for entry in entity["keyCredentials"]}
    result: list[Json] = []
    for entry in entries:
        key_id = (entry.get("keyId") or "").lower()
        if key_id and creating:
            raise bad_request("The property KeyId is not supported for Create Application flow.")
        if key_id in known:
            result.append(_kept(known[key_id], entry))
        else:
            result.append(_new(directory, entity, entry, key_id or new_id()))
    key_ids = [entry["keyId"] for entry in result]
    if len(set(key_ids)) < len(key_ids):
        raise bad_request("Property keyCredentials contains entries with the same KeyId.")
    if directory.switches.refuse_duplicate_certificates:
        prints = [_der_of(entry["key"]) for entry in result]
        if len(set(prints)) < len(prints):
            raise GraphError(400, "KeyCredentialsInvalidValue", "Key credential value already exists on the object.")
    return result


def _kept(stored: Json, sent: Json) -> Json:
    """A known entry, sent again: complete, and the same in everything (azure-powershell #6784)."""
    _check_usage(sent)
    same = all(
        _comparable(name, value) == _comparable(name, stored[name])
        for name, value in sent.items()
        if value is not None and name not in ("key", "keyId")
    )
    if sent.get("key") is not None:
        same = same and _der_of(sent["key"]) == _der_of(stored["key"])
    if not same:
        raise bad_request(f"Update to existing credential with KeyId '{stored['keyId']}' is not allowed.")
    return stored


def _comparable(name: str, value: Any) -> Any:
    return read_date(value) if name.endswith("DateTime") else value


def _new(directory: Directory, entity: Json, entry: Json, key_id: str) -> Json:
    _check_usage(entry)
    if entry.get("type") not in (None, "", "AsymmetricX509Cert"):
        raise GraphError(400, "KeyCredentialsInvalidType", "Key credential type is invalid.")
    certificate = read_certificate(entry.get("key"))
    start = read_date(entry["startDateTime"]) if entry.get("startDateTime") else certificate.not_valid_before_utc
    end = read_date(entry["endDateTime"]) if entry.get("endDateTime") else certificate.not_valid_after_utc
    _check_dates(directory, certificate, start, end)
    check_lifetime(directory, entity, "asymmetricKeyLifetime", start, end)
    given = {
        "key": entry["key"],
        "usage": entry["usage"],
        "startDateTime": write_date(start),
        "endDateTime": write_date(end),
    }
    named = {name: entry[name] for name in ("displayName", "customKeyIdentifier") if entry.get(name)}
    return describe(certificate) | given | named | {"keyId": key_id}


def describe(certificate: x509.Certificate) -> Json:
    """The key credential that a certificate makes where nothing else is said."""
    return {
        "customKeyIdentifier": certificate.fingerprint(hashes.SHA1()).hex().upper(),
        "displayName": certificate.subject.rfc4514_string()[:LONGEST_DISPLAY_NAME],
        "endDateTime": write_date(certificate.not_valid_after_utc),
        "key": encode_certificate(certificate),
        "keyId": new_id(),
        "startDateTime": write_date(certificate.not_valid_before_utc),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }


def _check_usage(entry: Json) -> None:
    """Entries sent again must be complete too (msgraph-sdk-java #1823)."""
    if entry.get("usage") not in ("Verify", "Sign"):
        raise bad_request(
            'The value for the property "usage" in one of your credentials is invalid. Acceptable values are Sign, '
            "Verify."
        )


def _check_dates(directory: Directory, certificate: x509.Certificate, start: datetime, end: datetime) -> None:
    """Dates lie within the certificate's, even to the second (azure-cli #11146, azure-rest-api-specs #11985)."""
    if start < certificate.not_valid_before_utc:
        raise _date_problem("Start")
    if end > certificate.not_valid_after_utc or end <= start:
        raise _date_problem("End")
    if end <= directory.clock() and directory.switches.refuse_expired_certificates:
        raise _date_problem("End")


def _date_problem(which: str) -> GraphError:
    message = f"Key credential {which.lower()} date is invalid."
    detail = {"code": f"InvalidKey{which}Date", "message": message, "target": f"keyCredentials.{which.lower()}DateTime"}
    return GraphError(400, f"KeyCredentialsInvalid{which}Date", message, (detail,))


def read_date(text: str) -> datetime:
    """A date as Graph takes it, with `Z` or an offset; timezone-aware UTC in whole seconds."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(f"Cannot convert the literal '{text}' to the expected type 'Edm.DateTimeOffset'.") from None
    if moment.tzinfo is None:
        raise bad_request(f"Cannot convert the literal '{text}' to the expected type 'Edm.DateTimeOffset'.")
    return moment.astimezone(UTC).replace(microsecond=0)


def write_date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def read_certificate(key: str | None) -> x509.Certificate:
    """The certificate in `key`: base64 of DER, or base64 of PEM text as the azuread provider sends it."""
    try:
        raw = base64.b64decode((key or "").encode(), validate=True)
        if raw.lstrip().startswith(b"-----BEGIN"):
            return x509.load_pem_x509_certificate(raw)
        return x509.load_der_x509_certificate(raw)
    except (binascii.Error, ValueError):
        raise GraphError(400, "KeyCredentialsInvalidValue", "Key credential value is invalid.") from None


def encode_certificate(certificate: x509.Certificate) -> str:
    """`key` of the certificate: base64 of DER."""
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()


def _der_of(key: str) -> bytes:
    return read_certificate(key).public_bytes(serialization.Encoding.DER)
