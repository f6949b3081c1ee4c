"""Other ways than a secret for an identity to prove who it is: a certificate, and a pipeline's OpenID Connect token.

They are put on the identity's application as any administrator would; how they are checked is `login`'s.
"""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from sandbox.self_signed import make_self_signed
from sandbox.tenant.credentials import encode_certificate, replace_key_credentials
from sandbox.tenant.directory import Directory, new_id
from sandbox.tenant.identities import Identity
from sandbox.tenant.store import Json
from sandbox.tenant.tokens import FEDERATION_AUDIENCE, TokenSigner


def certificate(directory: Directory, folder: Path, identity: Identity) -> Path:
    """The identity's PFX file; made, with the credential, when it is not there."""
    path = folder / f"{identity.name}.pfx"
    if path.exists():
        return path
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"sandbox {identity.name}")])
    key, made = make_self_signed(name, directory.clock())
    application = _application(directory, identity)
    entry = {"key": encode_certificate(made), "type": "AsymmetricX509Cert", "usage": "Verify"}
    kept = [dict(credential) for credential in application["keyCredentials"]]
    credentials = replace_key_credentials(directory, application, [*kept, entry], creating=False)
    directory.store.put("applications", application["id"], application | {"keyCredentials": credentials})
    path.touch(mode=0o600)
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"sandbox", key, made, None, serialization.NoEncryption()))
    return path


def federated_token(directory: Directory, signer: TokenSigner, identity: Identity) -> str:
    """A token that a federated identity credential of the identity's application accepts."""
    application = _application(directory, identity)
    subject = f"repo:sandbox/{identity.name}:ref:refs/heads/main"
    existing = application.get("_federated", [])
    if not any(entry["subject"] == subject for entry in existing):
        credential = {
            "id": new_id(),
            "description": None,
            "name": "sandbox-pipeline",
            "issuer": signer.federation_issuer,
            "subject": subject,
            "audiences": [FEDERATION_AUDIENCE],
        }
        directory.store.put("applications", application["id"], application | {"_federated": [*existing, credential]})
    return signer.federated_token(subject)


def _application(directory: Directory, identity: Identity) -> Json:
    application = directory.application_of(identity.client_id)
    if application is None:
        raise KeyError(f"the application of the sandbox identity {identity.name!r} is gone")
    return application
