"""A stack of the five resources over both plugins, run as the engine runs it: create, refresh, preview, update.

States are kept as the plugins sent them, marks of the wire included. It asserts nothing about the guard.
"""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc
from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from provider.wire import encode
from sandbox.tenant.foreign_applications import VENDOR_TENANT_ID
from tests.guard.association import DECLARED_ROLE, EXCHANGE, FULL_ACCESS, TAG, thumbprint_of
from tests.guard.harness import CREDENTIAL, GUARD, ROOT

Json = dict[str, Any]

APPLICATION = "azuread:index/application:Application"
PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal"
GRANT = "mimecast-entra:index:AppRoleAssignment"
CONSENTED = "mimecast-entra:index:ConsentedPrincipal"
TOKENS = {
    "application": APPLICATION,
    "servicePrincipal": PRINCIPAL,
    "grant": GRANT,
    "credential": CREDENTIAL,
    "guard": GUARD,
}
"""Resources in the order in which the program's dependencies allow them."""
IGNORED = {"application": ["owners"], "servicePrincipal": ["owners"]}
"""Properties of which the program ignores changes: `ignoreChanges`."""
VENDOR_TOKENS = {"principal": CONSENTED, "grant": GRANT, "guard": GUARD}
"""The same for a vendor's application."""
_UNCHANGED = (provider_pb2.DiffResponse.DIFF_NONE, provider_pb2.DiffResponse.DIFF_UNKNOWN)


@dataclass(kw_only=True)
class Kept:
    """What the engine keeps of one resource."""

    id: str
    inputs: struct_pb2.Struct
    outputs: struct_pb2.Struct

    def output(self, name: str) -> Any:
        return json_format.MessageToDict(self.outputs).get(name)


@dataclass(kw_only=True)
class Stack:
    """One stack; the program is `inputs_of`."""

    ours: Any
    azuread: Any
    pem: str
    name: str
    owners: tuple[str, ...] = ()
    mode: str = "report"
    guarded: Json = field(default_factory=dict)
    """Further inputs of the guard."""
    kept: dict[str, Kept] = field(default_factory=dict)
    client_id: str = ""
    """Of the vendor's application; empty where the program makes one of its own."""

    @property
    def tokens(self) -> Mapping[str, str]:
        return VENDOR_TOKENS if self.client_id else TOKENS

    def inputs_of(self, resource: str) -> Json:
        return (_VENDOR_PROGRAM if self.client_id else _PROGRAM)[resource](self)

    def up(self) -> list[str]:
        """Create, update and replace what the program wants; names of the resources that were touched."""
        touched: list[str] = []
        replaced: list[tuple[str, Kept]] = []
        for resource in self.tokens:
            old = self.kept.get(resource)
            checked = self._check(resource, old)
            if old is None:
                self.kept[resource] = self._create(resource, checked)
                touched.append(resource)
                continue
            difference = self._diff(resource, old, checked)
            if difference.changes in _UNCHANGED:
                old.inputs = checked
                continue
            touched.append(resource)
            if difference.replaces:
                replaced.append((resource, old))
                self.kept[resource] = self._create(resource, checked)
            else:
                self._update(resource, old, checked)
        for resource, old in replaced:
            request = provider_pb2.DeleteRequest(id=old.id, urn=self._urn(resource), properties=old.outputs)
            self._stub(resource).Delete(request, timeout=60)
        return touched

    def pass_an_hour(self) -> None:
        """No replica lags behind this stack's changes any more."""
        hour_ago = datetime.now(UTC) - timedelta(hours=1)
        self.kept["guard"].outputs["changedAt"] = hour_ago.strftime("%Y-%m-%dT%H:%M:%SZ")

    def refresh(self, *, accept: bool = False) -> dict[str, dict[str, str]]:
        """What `pulumi refresh` shows: resource to property path to value; `gone` where it is deleted."""
        shown: dict[str, dict[str, str]] = {}
        for resource, old in list(self.kept.items()):
            request = provider_pb2.ReadRequest(
                id=old.id, urn=self._urn(resource), inputs=old.inputs, properties=old.outputs
            )
            answer = self._stub(resource).Read(request, timeout=60)
            if not answer.id:
                shown[resource] = {"": "gone"}
                if accept:
                    del self.kept[resource]
                continue
            new = Kept(
                id=answer.id,
                inputs=answer.inputs if answer.HasField("inputs") else old.inputs,
                outputs=answer.properties,
            )
            difference = self._diff(resource, new, old.inputs)
            if difference.changes not in _UNCHANGED:
                shown[resource] = {path: _value(new, old, path) for path in difference.detailedDiff or difference.diffs}
            if accept:
                self.kept[resource] = new
        return shown

    def preview(self) -> dict[str, set[str]]:
        """What `pulumi preview` shows: resource to property paths."""
        shown: dict[str, set[str]] = {}
        for resource in self.tokens:
            old = self.kept.get(resource)
            if old is None:
                shown[resource] = {"create"}
                continue
            difference = self._diff(resource, old, self._check(resource, old))
            if difference.changes not in _UNCHANGED:
                shown[resource] = set(difference.detailedDiff) or set(difference.diffs)
        return shown

    def _urn(self, resource: str) -> str:
        component = "ConsentedApplication" if self.client_id else "ServerConnection"
        type_ = f"mimecast-entra:index:{component}${self.tokens[resource]}"
        return f"urn:pulumi:test::mimecast-entra::{type_}::mimecast-{resource}"

    def _stub(self, resource: str) -> Any:
        return self.ours if self.tokens[resource].startswith("mimecast") else self.azuread

    def _check(self, resource: str, old: Kept | None) -> struct_pb2.Struct:
        inputs = self.inputs_of(resource)
        if old:
            before = json_format.MessageToDict(old.inputs)
            inputs |= {name: before[name] for name in IGNORED.get(resource, ())}
        request = provider_pb2.CheckRequest(
            urn=self._urn(resource), olds=old.inputs if old else None, news=encode(inputs)
        )
        answer = self._stub(resource).Check(request, timeout=60)
        assert not answer.failures, answer.failures
        checked: struct_pb2.Struct = answer.inputs
        return checked

    def _diff(self, resource: str, old: Kept, inputs: struct_pb2.Struct) -> Any:
        request = provider_pb2.DiffRequest(
            id=old.id, urn=self._urn(resource), olds=old.outputs, old_inputs=old.inputs, news=inputs,
            ignoreChanges=IGNORED.get(resource, ()),
        )  # fmt: skip
        return self._stub(resource).Diff(request, timeout=60)

    def _create(self, resource: str, inputs: struct_pb2.Struct) -> Kept:
        answer = self._stub(resource).Create(
            provider_pb2.CreateRequest(urn=self._urn(resource), properties=inputs), timeout=60
        )
        return Kept(id=answer.id, inputs=inputs, outputs=answer.properties)

    def _update(self, resource: str, old: Kept, inputs: struct_pb2.Struct) -> None:
        request = provider_pb2.UpdateRequest(
            id=old.id, urn=self._urn(resource), olds=old.outputs, old_inputs=old.inputs, news=inputs,
            ignoreChanges=IGNORED.get(resource, ()),
        )  # fmt: skip
        old.outputs = self._stub(resource).Update(request, timeout=60).properties
        old.inputs = inputs


def _value(new: Kept, old: Kept, path: str) -> str:
    family, _, rest = path.replace("[", ".", 1).partition(".")
    key = rest[1:-2].replace('\\"', '"') if rest.startswith('"') else rest
    for kept in (new, old):
        found = json_format.MessageToDict(kept.inputs).get(family)
        if isinstance(found, dict) and key in found:
            return str(found[key])
    return ""


def _application(stack: Stack) -> Json:
    access = {
        "resourceAppId": "00000002-0000-0ff1-ce00-000000000000",
        "resourceAccesses": [{"id": FULL_ACCESS, "type": "Role"}],
    }
    return {
        "displayName": stack.name,
        "notes": "Managed by Pulumi",
        "signInAudience": "AzureADMyOrg",
        "preventDuplicateNames": True,
        "web": {"redirectUris": ["https://localhost/"]},
        "owners": list(stack.owners),
        "tags": [TAG],
        "identifierUris": [],
        "groupMembershipClaims": [],
        "requiredResourceAccesses": [access],
    }


def _principal(stack: Stack) -> Json:
    client_id = stack.kept["application"].output("clientId")
    return {
        "clientId": client_id,
        "useExisting": True,
        "accountEnabled": True,
        "owners": list(stack.owners),
        "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
        "alternativeNames": [],
        "notificationEmailAddresses": [],
    }


def _credential(stack: Stack) -> Json:
    return {"applicationId": stack.kept["application"].id, "certificate": stack.pem}


def _guard(stack: Stack) -> Json:
    owners = dict.fromkeys(stack.owners, "declared owner")
    return {
        "applicationId": stack.kept["application"].id,
        "servicePrincipalId": stack.kept["servicePrincipal"].output("objectId"),
        "stackTag": TAG,
        "guard": stack.mode,
        "certificates": {thumbprint_of(stack.pem): "declared certificate"},
        "owners": owners,
        "servicePrincipalOwners": owners,
        "appRoles": {DECLARED_ROLE: "declared app role"},
        "appRoleIds": {DECLARED_ROLE: f"{EXCHANGE}/{FULL_ACCESS}"},
        **stack.guarded,
    }


def _grant(stack: Stack) -> Json:
    principal = stack.kept["servicePrincipal"].output("objectId")
    return {"appRoleId": FULL_ACCESS, "principalObjectId": principal, "resourceObjectId": EXCHANGE}


_PROGRAM: Mapping[str, Callable[[Stack], Json]] = {
    "application": _application,
    "servicePrincipal": _principal,
    "credential": _credential,
    "guard": _guard,
    "grant": _grant,
}


def _consented(stack: Stack) -> Json:
    return {
        "clientId": stack.client_id,
        "publisher": VENDOR_TENANT_ID,
        "owners": list(stack.owners),
        "stackTag": TAG,
        "deleteTakenOver": False,
    }


def _vendor_grant(stack: Stack) -> Json:
    principal = stack.kept["principal"].output("objectId")
    ids = {"appRoleId": FULL_ACCESS, "principalObjectId": principal, "resourceObjectId": EXCHANGE}
    return ids | {"deleteTakenOver": False}


def _vendor_guard(stack: Stack) -> Json:
    return {
        "servicePrincipalId": stack.kept["principal"].output("objectId"),
        "stackTag": TAG,
        "guard": stack.mode,
        "publisher": {VENDOR_TENANT_ID: "declared publisher"},
        "servicePrincipalOwners": dict.fromkeys(stack.owners, "declared owner"),
        "appRoles": {DECLARED_ROLE: "declared app role"},
        "appRoleIds": {DECLARED_ROLE: f"{EXCHANGE}/{FULL_ACCESS}"},
        **stack.guarded,
    }


_VENDOR_PROGRAM: Mapping[str, Callable[[Stack], Json]] = {
    "principal": _consented,
    "grant": _vendor_grant,
    "guard": _vendor_guard,
}


@contextmanager
def run_azuread(environment: Mapping[str, str]) -> Iterator[Any]:
    """The stand-in azuread plugin, configured; gives its stub."""
    process = subprocess.Popen(
        [str(ROOT / "sandbox" / "azuread" / "pulumi-resource-azuread")],
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout:
        channel = grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}")
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        try:
            stub.Configure(provider_pb2.ConfigureRequest(acceptSecrets=True), timeout=60)
            yield stub
        finally:
            channel.close()
            process.terminate()
            process.wait(10)
