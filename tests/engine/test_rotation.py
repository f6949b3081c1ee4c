"""Certificates come and go without a moment in which the vendor cannot sign in."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.engine.project import Project
from tests.factories import certificate_pem

pytestmark = pytest.mark.engine


def der_base64(pem: str) -> str:
    return base64.b64encode(x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)).decode()


def keys_of(project: Project) -> set[str]:
    """The certificates that are live on the application, as base64 of their DER bytes."""
    return {entry["key"] for entry in project.application()["keyCredentials"]}


def watch_for_gaps(project: Project, declared: set[str]) -> list[str]:
    """At every request from now on, note it where no declared certificate is live. The list fills while commands run."""
    object_id = project.outputs()["applicationObjectId"]
    gaps: list[str] = []

    def look(request: Any) -> None:
        _, answer = project.tenant.graph("GET", f"/v1.0/applications/{object_id}?$select=keyCredentials")
        if not declared & {entry["key"] for entry in answer["keyCredentials"]}:
            gaps.append(f"{request.method} {request.path}")

    project.tenant.faults.hooks_after.append(look)
    return gaps


def test_rotating_in_two_steps_leaves_no_gap(project: Project) -> None:
    project.up()
    old, new = (project.folder / "certs" / "mimecast.pem").read_text(), certificate_pem("next")
    gaps = watch_for_gaps(project, {der_base64(old), der_base64(new)})
    project.put_certificate("next.pem", new)
    project.up()
    assert keys_of(project) == {der_base64(old), der_base64(new)}
    (project.folder / "certs" / "mimecast.pem").unlink()
    project.up()
    assert keys_of(project) == {der_base64(new)}
    assert gaps == []
    project.refresh_preview()


def test_swapping_the_file_in_one_step_leaves_no_gap(project: Project) -> None:
    project.up()
    old, new = (project.folder / "certs" / "mimecast.pem").read_text(), certificate_pem("next")
    gaps = watch_for_gaps(project, {der_base64(old), der_base64(new)})
    project.put_certificate("mimecast.pem", new)
    project.up()
    assert keys_of(project) == {der_base64(new)}
    assert gaps == []


def test_a_certificate_per_region_is_made_and_kept(project: Project) -> None:
    pems = {region: certificate_pem(region) for region in ("eu", "us", "au")}
    (project.folder / "certs" / "mimecast.pem").unlink()
    for region, pem in pems.items():
        project.put_certificate(f"{region}.pem", pem)
    project.up()
    assert keys_of(project) == {der_base64(pem) for pem in pems.values()}
    project.refresh_preview()


def test_the_old_file_deleted_by_mistake_is_refused_unless_a_valid_one_stays(project: Project) -> None:
    project.up()
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


def test_somebody_elses_certificate_survives_our_rotation(project: Project) -> None:
    project.set(guard="off")
    project.up()
    object_id = project.outputs()["applicationObjectId"]
    foreign = der_base64(certificate_pem("foreign"))
    entries = project.graph("GET", f"/v1.0/applications/{object_id}")["keyCredentials"]
    added = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": foreign, "displayName": "CN=foreign"}
    project.graph("PATCH", f"/v1.0/applications/{object_id}", {"keyCredentials": [*entries, added]})
    project.put_certificate("mimecast.pem", certificate_pem("next"))
    project.up()
    assert keys_of(project) == {foreign, der_base64(certificate_pem_file(project))}


def certificate_pem_file(project: Project) -> str:
    return (project.folder / "certs" / "mimecast.pem").read_text()


def test_key_bytes_swapped_under_the_same_key_id_are_seen_and_repaired(project: Project) -> None:
    project.up()
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


@pytest.mark.parametrize("words", [("adds", "keeps", "removes")])
def test_the_preview_of_a_rotation_reads_like_a_sentence(project: Project, words: tuple[str, ...]) -> None:
    project.put_certificate("stays.pem", certificate_pem("stays"))
    project.up()
    project.put_certificate("mimecast.pem", certificate_pem("next"))
    shown = project.pulumi("preview")
    for word in words:
        assert word in shown.output
    assert shown.output.count("1 unchanged") <= 1
