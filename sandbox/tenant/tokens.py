"""The tenant's own signatures: access tokens, OpenID Connect tokens of its make-believe pipeline, and their checks."""

import json
import threading
import uuid
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from sandbox.tenant.directory import Directory
from sandbox.tenant.store import Json

KEY_ID = "sandbox"
LIFETIME_SECONDS = 3599
FEDERATION_AUDIENCE = "api://AzureADTokenExchange"


class TokenSigner:
    """Signs and checks with one RSA key, kept as a PEM file beside the state."""

    def __init__(self, path: Path, directory: Directory) -> None:
        """Take the key from the file; it is made when it is first needed."""
        self._path = path
        self._directory = directory
        self._making = threading.Lock()

    @cached_property
    def _key(self) -> RSAPrivateKey:
        with self._making:
            if not self._path.exists():
                self._path.touch(mode=0o600)
                made = generate_private_key(65537, 2048)
                self._path.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            # We made the key: checking it would take longer than a request.
            raw = self._path.read_bytes()
            return cast("RSAPrivateKey", load_pem_private_key(raw, None, unsafe_skip_rsa_key_validation=True))

    @property
    def public_key(self) -> RSAPublicKey:
        return self._key.public_key()

    @property
    def issuer(self) -> str:
        return f"{self._directory.url}/{self._directory.tenant_id}/v2.0"

    @property
    def federation_issuer(self) -> str:
        """`iss` of the make-believe pipeline's tokens."""
        return f"{self._directory.url}/pipeline"

    def jwks(self) -> Json:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.public_key))
        return {"keys": [key | {"kid": KEY_ID, "use": "sig", "alg": "RS256"}]}

    def access_token(
        self, *, audience: str, principal: Json, roles: frozenset[str], lifetime: int = LIFETIME_SECONDS
    ) -> str:
        """An app-only access token for a service principal that holds these roles; lifetime in seconds."""
        claims = {
            "aud": audience,
            "iss": self.issuer,
            "app_displayname": principal["displayName"],
            "appid": principal["appId"],
            "idtyp": "app",
            "oid": principal["id"],
            "roles": sorted(roles),
            "sub": principal["id"],
            "tid": self._directory.tenant_id,
            "uti": uuid.uuid4().hex,
            "ver": "1.0",
        }
        return self._sign(claims, lifetime)

    def federated_token(self, subject: str) -> str:
        """A token as a pipeline's OpenID Connect issuer gives it, for the exchange with Entra."""
        claims = {"aud": FEDERATION_AUDIENCE, "iss": self.federation_issuer, "sub": subject, "jti": uuid.uuid4().hex}
        return self._sign(claims, LIFETIME_SECONDS)

    def verify(self, token: str, *, audience: str | tuple[str, ...], issuer: str | None = None) -> dict[str, Any]:
        """The claims of a token that this tenant signed.

        Raises:
            jwt.InvalidTokenError: It is malformed, expired, signed by another key, or for another audience.
        """
        claims: dict[str, Any] = jwt.decode(
            token,
            self.public_key,
            algorithms=["RS256"],
            audience=list(audience) if isinstance(audience, tuple) else audience,
            issuer=issuer or self.issuer,
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
        if claims["exp"] <= self._directory.clock().timestamp():
            raise jwt.ExpiredSignatureError("Lifetime validation failed, the token is expired.")
        return claims

    def _sign(self, claims: dict[str, Any], lifetime: int) -> str:
        now = int(self._directory.clock().timestamp())
        times = {"iat": now, "nbf": now, "exp": now + lifetime}
        return jwt.encode(claims | times, self._key, algorithm="RS256", headers={"kid": KEY_ID})
