"""Certificates come and go without a moment in which the vendor cannot sign in."""

import base64
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from association.certificates import read_certificate
from sandbox.tenant import TENANT_ID
from sandbox.vendor import LoginRefusedError, Vendor, make_vendor
from tests.engine.interruption import kill_up_when
from tests.engine.project import Project
from tests.factories import certificate_pem

pytestmark = pytest.mark.engine


def der_base64(pem: str) -> str:
    return base64.b64encode(x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)).decode()


def der_base64_of(vendor: Vendor) -> str:
    return der_base64(vendor.certificate_path.read_text())


def keys_of(project: Project) -> set[str]:
    """The certificates that are live on the application, as base64 of their DER bytes."""
    return {entry["key"] for entry in project.application()["keyCredentials"]}


def watch_for_gaps(project: Project, *vendors: Vendor) -> list[str]:
    """At every request from now on, let the vendor ask for a token; what is noted are the moments in which nobody gets one.

    The vendor holds the private keys of all declared certificates. The list fills while commands run.
    """
    client_id = project.outputs()["clientId"]
    gaps: list[str] = []

    def ask(request: Any) -> None:
        if request.path.startswith(("/v1.0/", "/beta/")) and not any(
            can_sign_in(project, vendor, client_id) for vendor in vendors
        ):
            gaps.append(f"{request.method} {request.path}")

    project.tenant.faults.hooks_after.append(ask)
    return gaps


def can_sign_in(project: Project, vendor: Vendor, client_id: str) -> bool:
    """Whether the real client gets a token with the private key of that certificate."""
    try:
        token = vendor.token(project.tenant.url, TENANT_ID, client_id, project.tenant.ca_file)
    except LoginRefusedError:
        return False
    return token.roles == ("full_access_as_app",)


@pytest.fixture
def next_vendor(tmp_path: Path) -> Vendor:
    """The vendor with its next certificate."""
    return make_vendor(tmp_path / "next-vendor")


@pytest.mark.deployed
def test_rotating_in_two_steps_leaves_no_gap_and_a_preview_says_what_comes_and_goes(
    project: Project, vendor: Vendor, next_vendor: Vendor
) -> None:
    gaps = watch_for_gaps(project, vendor, next_vendor)
    project.put_certificate("next.pem", next_vendor.certificate_path.read_text())
    project.up()
    assert keys_of(project) == {der_base64_of(vendor), der_base64_of(next_vendor)}
    other = certificate_pem("other")
    project.put_certificate("mimecast.pem", other)
    adds, keeps, removes = map(shown, (other, certificate_pem_file(project, "next.pem"), vendor_pem(vendor)))
    assert f"This rotation adds {adds}, keeps {keeps}, removes {removes}" in project.pulumi("preview").output
    (project.folder / "certs" / "mimecast.pem").unlink()
    project.up()
    assert keys_of(project) == {der_base64_of(next_vendor)}
    assert gaps == []
    project.refresh_preview()


def shown(pem: str) -> str:
    """A certificate as a preview names it."""
    return f"{read_certificate(pem.encode(), source='x').thumbprint[:8]}…"


def vendor_pem(vendor: Vendor) -> str:
    return vendor.certificate_path.read_text()


@pytest.mark.deployed
def test_swapping_the_file_in_one_step_leaves_no_gap_and_somebody_elses_certificate(
    project: Project, vendor: Vendor, next_vendor: Vendor
) -> None:
    foreign = der_base64(certificate_pem("foreign"))
    path = f"/v1.0/applications/{project.outputs()['applicationObjectId']}"
    added = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": foreign, "displayName": "CN=foreign"}
    project.graph("PATCH", path, {"keyCredentials": [*project.graph("GET", path)["keyCredentials"], added]})
    gaps = watch_for_gaps(project, vendor, next_vendor)
    project.put_certificate("mimecast.pem", next_vendor.certificate_path.read_text())
    project.up()
    assert keys_of(project) == {foreign, der_base64_of(next_vendor)}
    assert gaps == []


@pytest.mark.deployed
def test_a_rotation_that_is_killed_half_way_heals(project: Project, vendor: Vendor, next_vendor: Vendor) -> None:
    gaps = watch_for_gaps(project, vendor, next_vendor)
    project.put_certificate("mimecast.pem", next_vendor.certificate_path.read_text())
    kill_up_when(project, lambda request: "keyCredentials" in (request.request or {}))
    assert gaps == []
    project.pulumi("cancel", "--yes")
    project.up()
    assert keys_of(project) == {der_base64_of(next_vendor)}
    project.refresh_preview()


def test_a_certificate_per_region_is_made_and_kept(project: Project) -> None:
    pems = {region: certificate_pem(region) for region in ("eu", "us", "au")}
    (project.folder / "certs" / "mimecast.pem").unlink()
    for region, pem in pems.items():
        project.put_certificate(f"{region}.pem", pem)
    project.up()
    assert keys_of(project) == {der_base64(pem) for pem in pems.values()}
    project.refresh_preview()


@pytest.mark.deployed
def test_the_old_file_deleted_by_mistake_is_refused_unless_a_valid_one_stays(project: Project) -> None:
    before = keys_of(project)
    file = project.folder / "certs" / "mimecast.pem"
    text = file.read_text()
    file.unlink()
    assert "certs/" in project.up(expect=1).output
    project.put_certificate("old.pem", certificate_pem("old", begins=timedelta(days=-9), ends=timedelta(days=-1)))
    assert "expired" in project.up(expect=1).output
    assert keys_of(project) == before
    project.put_certificate("mimecast.pem", text)
    (project.folder / "certs" / "old.pem").unlink()
    project.up("--expect-no-changes")


def certificate_pem_file(project: Project, name: str = "mimecast.pem") -> str:
    return (project.folder / "certs" / name).read_text()


@pytest.mark.deployed
def test_key_bytes_swapped_under_the_same_key_id_are_seen_and_repaired(project: Project) -> None:
    swap_key_bytes(project, der_base64(certificate_pem("rogue")))
    seen = project.refresh_preview(expect=7)
    assert "certificate" in seen.output
    project.up("--refresh")
    assert keys_of(project) == {der_base64(certificate_pem_file(project))} | (
        keys_of(project) & {der_base64(certificate_pem("rogue"))}
    )
    assert der_base64(certificate_pem_file(project)) in keys_of(project)


def swap_key_bytes(project: Project, key: str) -> None:
    """Remove the entry, then add another key under the same key id and dates: Graph takes two PATCHes for it."""
    path = f"/v1.0/applications/{project.outputs()['applicationObjectId']}"
    (entry,) = project.graph("GET", path)["keyCredentials"]
    project.graph("PATCH", path, {"keyCredentials": []})
    swapped = {name: entry[name] for name in ("keyId", "type", "usage")} | {"key": key}
    project.graph("PATCH", path, {"keyCredentials": [swapped]})
