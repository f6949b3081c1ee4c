"""The resource `mimecast-entra:index:CertificateCredential` as a Pulumi program sees it. What it does is in the plugin."""

from typing import Final

import pulumi

from association.contract import CERTIFICATE_CREDENTIAL

_WIRE_NAMES: Final = {
    "application_id": "applicationId",
    "certificate": "certificate",
    "key_id": "keyId",
    "thumbprint": "thumbprint",
    "thumbprint_sha256": "thumbprintSha256",
    "subject": "subject",
    "not_before": "notBefore",
    "not_after": "notAfter",
}
_ATTRIBUTES: Final = {wire_name: attribute for attribute, wire_name in _WIRE_NAMES.items()}


class CertificateCredential(pulumi.CustomResource):
    """One public certificate among an application's key credentials.

    Unlike `azuread.ApplicationCertificate` it reads the key bytes back, survives the application being deleted,
    adopts an identical entry, and takes seconds (docs/adr/0001).
    """

    key_id: pulumi.Output[str]
    """GUID of the entry in the application's `keyCredentials`."""
    thumbprint: pulumi.Output[str]
    """SHA-1 of the certificate's DER bytes: 40 upper-case hex digits."""
    thumbprint_sha256: pulumi.Output[str]
    """SHA-256 of the certificate's DER bytes: 64 upper-case hex digits."""
    subject: pulumi.Output[str]
    """Subject as an RFC 4514 string."""
    not_before: pulumi.Output[str]
    """Start of validity, `YYYY-MM-DDTHH:MM:SSZ`."""
    not_after: pulumi.Output[str]
    """End of validity, `YYYY-MM-DDTHH:MM:SSZ`."""

    def __init__(
        self,
        name: str,
        *,
        application_id: pulumi.Input[str],
        certificate: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the credential.

        Args:
            name: Logical name.
            application_id: `/applications/{object id}`, the `id` of an `azuread.Application`.
            certificate: The certificate as PEM text.
            opts: Resource options.
        """
        inputs = dict.fromkeys(_WIRE_NAMES) | {"application_id": application_id, "certificate": certificate}
        super().__init__(CERTIFICATE_CREDENTIAL, name, inputs, opts)

    def translate_input_property(self, prop: str) -> str:
        """From this class's attributes to the wire's camelCase."""
        return _WIRE_NAMES.get(prop, prop)

    def translate_output_property(self, prop: str) -> str:
        """From the wire's camelCase to this class's attributes."""
        return _ATTRIBUTES.get(prop, prop)
