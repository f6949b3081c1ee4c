"""Private keys that say what they are: PEM, PuTTY, .NET's XML, JSON Web Keys. Binary ones are told from their first bytes."""

import re
from typing import Final

from association.certificates.text import Text

HINT: Final = "Remove the private key from here and treat it as exposed. Only the certificate belongs here."

NAMED: Final = re.compile(r"BEGIN\s[A-Z0-9\s]{0,60}PRIVATE\s{1,20}KEY|PuTTY-User-Key-File-")
_XML_KEY = re.compile(r"<(?:\w++:)?(?:D|DP|DQ|InverseQ)>")
_XML_KEY_ROOT = re.compile(r"<(?:\w++:)?RSAKeyValue\b")  # without <D> it is the public key that XML signatures carry
_WEB_KEY = re.compile(r"""["']?kty\\*+["']?\s*+:""")  # RFC 7517
_WEB_KEY_SECRET = re.compile(r"""(?<![\w-])["']?(?:d|k)\\*+["']?\s*+:\s*+\\*+["']?[A-Za-z0-9_-]{20}""")


def refuse_named_private_keys(text: Text) -> None:
    """Stop at the first private key, whatever stands around it.

    Raises:
        CertificateError: There is one; the message says where, and shows nothing of it.
    """
    if named := NAMED.search(text.content):
        raise text.error(named.start(), "this is a private key.", hint=HINT)
    if _XML_KEY_ROOT.search(text.content) and (secret := _XML_KEY.search(text.content)):
        raise text.error(secret.start(), "this is a private key (XML).", hint=HINT)
    if _WEB_KEY.search(text.content) and (secret := _WEB_KEY_SECRET.search(text.content)):
        raise text.error(secret.start(), "this is a private key (JSON Web Key).", hint=HINT)
