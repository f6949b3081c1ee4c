"""Owns the search for private keys in text, in blocks and beside them. It leaves binary files to the reader."""

import base64
import re

from association.certificates.der import Kind, recognise
from association.certificates.text import Text

HINT = "Take the private key out of this place and treat it as exposed. Only the certificate belongs here."

_NAMED = re.compile(r"BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY|PuTTY-User-Key-File-|<RSAKeyValue>")
_WEB_KEY = re.compile(r'"kty"\s*+:')  # RFC 7517
_WEB_KEY_SECRET = re.compile(r'"(?:d|k)"\s*+:\s*+"')
_ENCODED = re.compile(r"(?<![A-Za-z0-9+/])(?:M|LS0t)[A-Za-z0-9+/]{31,}+")
"""Where base64 of a DER sequence, or of text that starts with hyphens, can begin."""
_HEAD = 64
"""How many characters of base64 tell what it is."""


def refuse_private_keys(text: Text) -> None:
    """Stop at the first private key, whatever stands around it.

    Raises:
        CertificateError: There is one; the message says where, and shows nothing of it.
    """
    if named := _NAMED.search(text.content):
        raise text.error(named.start(), "this is a private key.", hint=HINT)
    if _WEB_KEY.search(text.content) and (secret := _WEB_KEY_SECRET.search(text.content)):
        raise text.error(secret.start(), "this is a private key (JSON Web Key).", hint=HINT)
    for run in _ENCODED.finditer(text.content):
        head = base64.b64decode(run[0][: min(_HEAD, len(run[0])) // 4 * 4])
        if recognise(head) in {Kind.PRIVATE_KEY, Kind.ENCRYPTED_PRIVATE_KEY} or _NAMED.search(head.decode("latin-1")):
            raise text.error(run.start(), "this is a private key, encoded in base64.", hint=HINT)
