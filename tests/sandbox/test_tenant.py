"""The tenant as a process has it: state, ports, connections, recorded requests, secrets."""

import http.client
import json
import os
import ssl
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from sandbox.tenant import TENANT_ID, StateInUseError, Tenant
from tests.sandbox.association import Association, made, make_association, read
from tests.sandbox.sign_in import sign_in


def test_state_identities_address_and_trust_survive_a_restart(tmp_path: Path) -> None:
    with Tenant(tmp_path) as first:
        association = make_association(first)
        secret, url, authority = first.identity("deployer").client_secret, first.url, first.ca_file.read_bytes()
    with Tenant(tmp_path) as second:
        assert read(second, association.application_path)["appId"] == association.client_id
        assert (second.identity("deployer").client_secret, second.url) == (secret, url)
        assert second.ca_file.read_bytes() == authority


def test_secrets_differ_from_folder_to_folder(tmp_path: Path) -> None:
    with Tenant(tmp_path / "a") as one, Tenant(tmp_path / "b") as other:
        assert one.identity("deployer").client_secret != other.identity("deployer").client_secret
        assert one.identity("deployer").client_id == other.identity("deployer").client_id


def test_a_taken_port_is_replaced_by_a_free_one(tmp_path: Path) -> None:
    with Tenant(tmp_path / "a") as one, Tenant(tmp_path / "b", port=one.port) as other:
        assert other.port != one.port


def test_a_folder_is_served_by_one_process(tenant: Tenant) -> None:
    with pytest.raises(StateInUseError, match="another process serves this sandbox tenant"):
        Tenant(tenant.ca_file.parent)


def test_a_change_is_soon_in_the_file(tenant: Tenant) -> None:
    state = tenant.ca_file.parent / "state.json"
    made(tenant, "/v1.0/applications", {"displayName": "kept at once"})
    deadline = time.monotonic() + 5
    while "kept at once" not in (state.read_text() if state.exists() else "") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "kept at once" in state.read_text()


def test_a_reader_never_sees_half_a_file(tenant: Tenant) -> None:
    state, done, parsed = tenant.ca_file.parent / "state.json", threading.Event(), []

    def keep_reading() -> None:
        while not done.is_set():
            if state.exists():
                parsed.append(len(json.loads(state.read_text())))

    reader = threading.Thread(target=keep_reading)
    reader.start()
    for number in range(30):
        made(tenant, "/v1.0/applications", {"displayName": f"a{number}"})
        tenant._store.save()
    done.set()
    reader.join()
    assert parsed


def test_files_with_secrets_are_the_owners_alone(tenant: Tenant) -> None:
    tenant.certificate("deployer")
    tenant._store.save()
    folder = tenant.ca_file.parent
    modes = {
        name: stat.S_IMODE((folder / name).stat().st_mode)
        for name in ("state.json", "signing.pem", "server.pem", "deployer.pfx")
    }
    assert set(modes.values()) == {0o600}, modes


def test_no_client_secret_but_the_identities_is_in_the_state(tenant: Tenant, association: Association) -> None:
    secret = made(tenant, f"{association.application_path}/addPassword", {})["secretText"]
    tenant._store.save()
    assert secret not in (tenant.ca_file.parent / "state.json").read_text()


def test_an_identity_hides_its_secret_when_shown(tenant: Tenant) -> None:
    deployer = tenant.identity("deployer")
    assert deployer.client_secret not in repr(deployer)


def test_a_child_process_reaches_the_tenant_by_its_environment(tenant: Tenant) -> None:
    program = (
        "import os, urllib.request as u;"
        "print(u.urlopen(f'https://{os.environ[\"ARM_METADATA_HOSTNAME\"]}/metadata/endpoints').status)"
    )
    environment = {"PATH": os.environ["PATH"]} | tenant.environment()
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "200\n"
    assert tenant.environment()["ARM_TENANT_ID"] == TENANT_ID


def test_the_recorded_requests_show_no_secret_and_no_token(tenant: Tenant) -> None:
    one = tenant.identity("deployer")
    session = requests.Session()
    session.trust_env, session.verify = False, str(tenant.ca_file)
    token = sign_in(tenant, session, one.client_id, client_secret=one.client_secret).json()["access_token"]
    session.close()
    (record,) = tenant.requests
    assert (record.request["client_secret"], record.response["access_token"]) == ("<secret>", "<token>")
    assert token not in repr(tenant.requests)


def test_requests_are_recorded_with_caller_body_and_answer(tenant: Tenant) -> None:
    tenant.graph("GET", "/v1.0/domains")
    tenant.graph("POST", "/v1.0/applications", {"displayName": "x"}, identity="deployer", out_of_band=False)
    (record,) = tenant.requests
    assert (record.method, record.path, record.identity, record.status) == (
        "POST",
        "/v1.0/applications",
        "deployer",
        201,
    )
    assert (record.request, record.response["displayName"]) == ({"displayName": "x"}, "x")


def test_many_connections_are_served_at_once(tenant: Tenant) -> None:
    tenant.faults.latency_ms = 500
    start = time.perf_counter()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: tenant.graph("GET", "/v1.0/domains", out_of_band=False)[0], range(20)))
    assert answers == [200] * 20
    assert time.perf_counter() - start < 20 * 0.5 / 2  # one after the other they take ten seconds


def test_parallel_writes_lose_nothing(tenant: Tenant) -> None:
    with ThreadPoolExecutor(8) as pool:
        bodies = [{"displayName": f"p{number}"} for number in range(24)]
        list(pool.map(lambda body: made(tenant, "/v1.0/applications", body), bodies))
    found = read(tenant, "/v1.0/applications?$filter=startswith(displayName,'p')")["value"]
    assert len({item["id"] for item in found}) == 24


def test_a_connection_is_kept_for_the_next_request(tenant: Tenant) -> None:
    trust = ssl.create_default_context(cafile=str(tenant.ca_file))
    connection = http.client.HTTPSConnection("localhost", tenant.port, context=trust)
    sockets = []
    for _ in range(3):
        connection.request("GET", "/metadata/endpoints")
        connection.getresponse().read()
        sockets.append(connection.sock)
    connection.close()
    assert None not in sockets
    assert len(set(map(id, sockets))) == 1
