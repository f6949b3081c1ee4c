"""Signing in: what the cloud's metadata says, and access tokens for Microsoft Graph.

Requests and forms are azuread's own
(https://github.com/hashicorp/go-azure-sdk, `sdk/auth` and `sdk/environments`, checked 2026-11-24).
"""

import base64
import json
import threading
import time
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import requests

from sandbox.azuread.clock import Clock
from sandbox.azuread.problems import ProviderError
from sandbox.azuread.settings import ClientCertificate, ClientSecret, Settings

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_RENEW_BEFORE = 20 * 60
"""Seconds before its end at which a token is renewed."""
_ASSERTION_LIFETIME = 60 * 60
_TIMEOUT = 60
_TOKEN_RETRIES = 4


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """Where Graph and the login service are."""

    graph_url: str
    """Without a trailing slash; also the token's audience."""
    login_url: str


_PUBLIC = Cloud(graph_url="https://graph.microsoft.com", login_url="https://login.microsoftonline.com")


def find_cloud(http: requests.Session, settings: Settings) -> Cloud:
    """The public cloud, or the one that the metadata host describes."""
    if not settings.metadata_host:
        return _PUBLIC
    url = f"https://{settings.metadata_host}/metadata/endpoints?api-version=2022-09-01"
    try:
        answer = http.get(url, timeout=_TIMEOUT, verify=settings.verify)
        document = json.loads(answer.content.decode("utf-8-sig")) if answer.status_code == HTTPStatus.OK else {}
        graph, login = document["microsoftGraphResourceId"], document["authentication"]["loginEndpoint"]
    except requests.RequestException as error:
        raise ProviderError(f"The metadata host {settings.metadata_host} cannot be reached: {error}") from None
    except (ValueError, KeyError):
        expected = "200 with microsoftGraphResourceId and authentication.loginEndpoint"
        raise ProviderError(f"{url} answered {answer.status_code}, expected {expected}.") from None
    return Cloud(graph_url=graph.rstrip("/"), login_url=login)


class Tokens:
    """Access tokens of one deployer, each used until 20 minutes before its end."""

    def __init__(self, http: requests.Session, settings: Settings, cloud: Cloud, clock: Clock) -> None:
        self._http = http
        self._settings = settings
        self._clock = clock
        self._scope = f"{cloud.graph_url}/.default"
        self._url = f"{cloud.login_url}/{settings.tenant_id}/oauth2/v2.0/token"
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = 0.0

    def get(self) -> str:
        """A token with enough life left."""
        with self._lock:
            if not self._token or self._clock.now() >= self._renew_at:
                answer = self._request()
                self._token = answer["access_token"]
                self._renew_at = self._clock.now() + float(answer.get("expires_in", "inf")) - _RENEW_BEFORE
            return self._token

    def caller_object_id(self) -> str:
        """The object id of the deployer's service principal: the token's `oid` claim. The signature is not checked."""
        try:
            part = self.get().split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
            object_id: str = claims["oid"]
        except (ValueError, KeyError, IndexError):
            raise ProviderError("The access token has no oid claim, so the caller is not known.") from None
        return object_id

    def _request(self) -> dict[str, Any]:
        form = {
            "client_id": self._settings.client_id,
            "grant_type": "client_credentials",
            "scope": self._scope,
            **self._proof(),
        }
        for attempt in range(_TOKEN_RETRIES + 1):
            try:
                headers, verify = {"Accept": "application/json"}, self._settings.verify
                answer = self._http.post(self._url, data=form, headers=headers, timeout=_TIMEOUT, verify=verify)
            except requests.RequestException as error:
                problem, again = f"could not be reached: {error}", True
            else:
                if answer.ok:
                    document: dict[str, Any] = answer.json()
                    return document
                again = (
                    answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
                    or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
                )
                problem = f"answered {answer.status_code}: {answer.text}"
            if not again or attempt == _TOKEN_RETRIES:
                break
            self._clock.sleep(2.0**attempt)
        raise ProviderError(f"Could not acquire an access token: {self._url} {problem}")

    def _proof(self) -> dict[str, str | bytes]:
        credential = self._settings.credential
        if isinstance(credential, ClientSecret):
            return {"client_secret": credential.value}
        assertion: str | bytes
        if isinstance(credential, ClientCertificate):
            assertion = sign_assertion(credential, client_id=self._settings.client_id, audience=self._url)
        else:
            assertion = credential.value
        return {"client_assertion": assertion, "client_assertion_type": _ASSERTION_TYPE}


def sign_assertion(certificate: ClientCertificate, *, client_id: str, audience: str) -> str:
    """A JWT, signed with the certificate's RSA key, that names the certificate by `kid` as azuread does."""
    # loaded here: only this way of signing in needs them, and they cost start-up time
    import jwt
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        pfx = certificate.path.read_bytes()
        key, public, _ = pkcs12.load_key_and_certificates(pfx, certificate.password.encode() or None)
    except (OSError, ValueError) as error:
        raise ProviderError(f"The client certificate {certificate.path} cannot be used: {error}") from None
    if not isinstance(key, rsa.RSAPrivateKey) or public is None:
        raise ProviderError(f"The client certificate {certificate.path} holds no RSA key with its certificate.")
    now = int(time.time())
    claims = {
        "aud": audience,
        "exp": now + _ASSERTION_LIFETIME,
        "iss": client_id,
        "jti": str(uuid.uuid4()),
        "nbf": now,
        "sub": client_id,
    }
    # Entra finds the key by this SHA-1; nothing is secured by it
    key_name = base64.urlsafe_b64encode(public.fingerprint(hashes.SHA1())).decode()
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": key_name})
