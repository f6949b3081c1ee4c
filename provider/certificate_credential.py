"""`CertificateCredential`: one certificate among an application's key credentials.

Inputs are `applicationId` and `certificate`, and either one replaces the resource when it changes. A read returns the
certificate that really stands there, so that swapped key bytes are a difference; `declaredThumbprintSha256` remembers what
the program declared last, so that accepting that difference with `pulumi refresh` does not make it invisible.
"""

import functools
import re
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from association import contract
from association.certificates import Certificate, judge_lifetime, read_certificate
from association.contract import CERTIFICATE_CREDENTIAL_INPUTS as _INPUTS
from association.contract import CERTIFICATE_CREDENTIAL_OUTPUTS as _OUTPUTS
from association.contract import GUID, restore_command
from association.errors import AssociationError, CertificateError
from association.graph.key_credentials import KeyCredential
from association.outputs import describe_certificate
from provider.resource import (
    UNKNOWN,
    Change,
    Checked,
    Created,
    Difference,
    Failure,
    HalfDoneError,
    Observed,
    Properties,
    compare,
    refuse_unknown,
)

if TYPE_CHECKING:
    from provider.connection import Connection

_APPLICATION_ID: Final = re.compile(rf"/applications/({GUID})", re.IGNORECASE)
_RESOURCE_ID: Final = re.compile(rf"({GUID})/({GUID}|[0-9a-f]{{40}}|[0-9a-f]{{64}})", re.IGNORECASE)


class CertificateCredential:
    """One public certificate that may log in as the application."""

    pulumi_type: ClassVar[str] = contract.CERTIFICATE_CREDENTIAL
    schema: ClassVar[Mapping[str, Any]] = {
        "description": "One public certificate among an application's key credentials, read back with its key bytes.",
        "inputProperties": {
            name: {"type": "string", "description": text, "willReplaceOnChanges": True}
            for name, text in _INPUTS.items()
        },
        "requiredInputs": list(_INPUTS),
        "properties": {name: {"type": "string", "description": text} for name, text in {**_INPUTS, **_OUTPUTS}.items()},
        "required": [*_INPUTS, *_OUTPUTS],
    }

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._gone: set[str] = set()

    def check(self, *, old_inputs: Properties, inputs: Properties) -> Checked:
        """Judge each input on its own, and normalize the certificate to PEM."""
        failures = refuse_unknown(inputs, _INPUTS, _INPUTS)
        checked: Properties = {}
        for name, normalize in (("applicationId", _check_application_id), ("certificate", _check_certificate)):
            value = inputs.get(name)
            try:
                checked[name] = value if value is UNKNOWN else normalize(value)
            except CertificateError as error:
                checked[name] = value
                failures.append(Failure(property=name, reason=str(error)))
        return Checked(inputs=checked, failures=tuple(failures))

    def diff(
        self, *, resource_id: str, old_inputs: Properties, old_outputs: Properties, inputs: Properties
    ) -> Difference:
        """Changed inputs; and a swapped key, even where the state has accepted it."""
        difference = compare(_INPUTS, old_inputs, inputs, _INPUTS)
        declared, observed = old_outputs.get("declaredThumbprintSha256"), old_outputs.get("thumbprintSha256")
        if not difference.changes and declared and declared != observed:
            return Difference(changes={"certificate": Change.UPDATE}, replaces=True)
        return difference

    def create(self, *, urn: str, inputs: Properties, preview: bool) -> Created:
        """Add the certificate, or take an identical entry over."""
        if preview:
            self._foresee_refusal(urn, inputs["certificate"])
            return Created(id="", outputs=_preview(inputs))
        certificate = _read_certificate(inputs["certificate"])
        return self._ensure(inputs["applicationId"], certificate)

    def _foresee_refusal(self, urn: str, text: Any) -> None:
        """Warn in the preview where the tenant's policy allows no certificate that lives so long."""
        if text is UNKNOWN:
            return
        if judgement := judge_lifetime(_read_certificate(text), self._connection.maximum_lifetime):
            self._connection.diagnostics.warn(str(judgement), urn)

    def read(self, *, urn: str, resource_id: str, inputs: Properties, outputs: Properties) -> Observed | None:
        """The certificate that stands under the key ID; for an import, under the key ID or the thumbprint."""
        match = _RESOURCE_ID.fullmatch(resource_id.replace(":", ""))
        if match is None:
            raise AssociationError(
                f"CertificateCredential: {resource_id!r} is not a valid import ID; expected <application object id>/<key id or thumbprint>"
            )
        application_object_id, wanted = match[1].lower(), match[2]
        entries = self._connection.keys.read(application_object_id, reader=urn)
        if entries is None:
            self._point_to_restore(application_object_id, urn)
        entry = next((entry for entry in entries or () if _matches(entry, wanted)), None)
        if entry is None:
            return None
        if entry.key is None:
            raise AssociationError(
                f"Microsoft Graph did not show the key of credential {entry.key_id}, so it cannot be compared.",
                hint="Run again; if it happens again, the deployer may lack Application.Read.All.",
            )
        observed = _describe(f"/applications/{application_object_id}", entry)
        declared = outputs.get("declaredThumbprintSha256") or observed["thumbprintSha256"]
        return Observed(
            id=f"{application_object_id}/{entry.key_id}",
            inputs={name: observed[name] for name in _INPUTS},
            outputs={**observed, "declaredThumbprintSha256": declared},
        )

    def _point_to_restore(self, application_object_id: str, urn: str) -> None:
        """Say once that the application is gone: azuread lets its own resources vanish without a word."""
        with self._lock:
            if application_object_id in self._gone:
                return
            self._gone.add(application_object_id)
        self._connection.diagnostics.warn(
            f"The application {application_object_id} is gone. Within 30 days of its deletion `{restore_command(application_object_id)}` "
            "brings it back with the same client ID; `pulumi up --refresh` makes a new one, with a new client ID for the vendor.",
            urn,
        )

    def update(
        self, *, urn: str, resource_id: str, old_outputs: Properties, inputs: Properties, preview: bool
    ) -> Properties:
        """Complete a creation that was not confirmed; every other change replaces."""
        if preview:
            return old_outputs
        certificate = _read_certificate(inputs["certificate"])
        created = self._ensure(inputs["applicationId"], certificate)
        if created.id != resource_id:
            raise AssociationError(
                f"The certificate now has the ID {created.id}, but the state knows it as {resource_id}.",
                hint="Run `pulumi up --refresh`.",
            )
        return created.outputs

    def delete(self, *, urn: str, resource_id: str, outputs: Properties) -> None:
        """Remove the entry under our key ID, unless another resource took it over in this very run."""
        application_object_id, _, key_id = resource_id.partition("/")
        if resource_id not in self._connection.claimed:
            self._connection.keys.remove(application_object_id, key_id)

    def _ensure(self, application_id: str, certificate: Certificate) -> Created:
        from association.graph.key_store_errors import UnconfirmedError

        application_object_id = application_id.rpartition("/")[2]
        try:
            key_id = self._connection.keys.add(application_object_id, certificate).key_id
        except UnconfirmedError as error:
            raise HalfDoneError(error, _created(application_id, certificate, error.key_id)) from error
        created = _created(application_id, certificate, key_id)
        self._connection.claimed.add(created.id)
        return created


@functools.lru_cache(maxsize=1024)
def _read_certificate(text: str) -> Certificate:
    """Check, preview and creation read the same text."""
    return read_certificate(text.encode(), source="certificate")


def _check_application_id(value: Any) -> str:
    match = _APPLICATION_ID.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise CertificateError(
            f"applicationId is {value!r}, expected /applications/<object id>: the `id` of an azuread.Application"
        )
    return f"/applications/{match[1].lower()}"


def _check_certificate(value: Any) -> str:
    if not isinstance(value, str):
        raise CertificateError(f"certificate is {type(value).__name__}, expected the text of a public certificate")
    return _read_certificate(value).pem


def _matches(entry: KeyCredential, wanted: str) -> bool:
    if "-" in wanted:
        return entry.key_id == wanted.lower()
    thumbprints = {entry.sha256, entry.certificate.thumbprint if entry.certificate else ""}
    return wanted.upper() in thumbprints


def _describe(application_id: str, entry: KeyCredential) -> Properties:
    """An entry as it stands there, also when its bytes are no certificate."""
    if entry.certificate:
        return _outputs(application_id, entry.certificate, entry.key_id)
    return {
        "applicationId": application_id,
        "certificate": f"not a certificate: bytes with SHA-256 {entry.sha256}",
        "keyId": entry.key_id,
        **dict.fromkeys(("thumbprint", "subject", "notBefore", "notAfter"), ""),
        "thumbprintSha256": entry.sha256,
    }


def _outputs(application_id: Any, certificate: Certificate, key_id: Any) -> Properties:
    return {
        "applicationId": application_id,
        "certificate": certificate.pem,
        "keyId": key_id,
        **describe_certificate(certificate),
    }


def _created(application_id: str, certificate: Certificate, key_id: str) -> Created:
    outputs = {
        **_outputs(application_id, certificate, key_id),
        "declaredThumbprintSha256": certificate.thumbprint_sha256,
    }
    return Created(id=f"{application_id.rpartition('/')[2]}/{key_id}", outputs=outputs)


def _preview(inputs: Properties) -> Properties:
    """What is certain before the tenant is asked: all but the key ID, which a swapped key makes another one."""
    if inputs["certificate"] is UNKNOWN:
        return {**inputs, **dict.fromkeys(_OUTPUTS, UNKNOWN)}
    certificate = _read_certificate(inputs["certificate"])
    outputs = _outputs(inputs["applicationId"], certificate, UNKNOWN)
    return {**outputs, "declaredThumbprintSha256": certificate.thumbprint_sha256}
