"""The plugin as a process: its start, its end, and what it tells about itself."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from provider import VERSION, server, service
from sandbox.tenant import Tenant
from tests.provider.engine import run_engine
from tests.provider.harness import ROOT, Failed, Plugin, run_plugin

StartPlugin = Callable[..., AbstractContextManager[Plugin]]
GOLDEN = Path(__file__).parent / "schema.json"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_at_once_when_the_engine_says_so(number: signal.Signals) -> None:
    with run_plugin({}) as plugin:
        plugin.process.send_signal(number)
        assert plugin.process.wait(5) == 0


@pytest.mark.parametrize("engine", ["alive", "gone"])
def test_it_ends_itself_only_when_the_engine_is_gone(monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    ended: list[int] = []
    monkeypatch.setattr(server, "_ENGINE_CHECK", 0.001)
    monkeypatch.setattr(os, "_exit", ended.append)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1] if engine == "alive" else 1
        try:
            asyncio.run(asyncio.wait_for(server._exit_with_engine(f"127.0.0.1:{port}"), 0.1))
        except TimeoutError:
            assert engine == "alive"
    assert ended == ([] if engine == "alive" else [1])


def test_it_says_in_the_engines_log_which_setting_decided_and_never_its_value(tenant: Tenant) -> None:
    environment = tenant.environment()
    with run_engine() as (address, recording), run_plugin(environment, engine=address) as plugin:
        plugin.configure()
        deadline = time.monotonic() + 5
        while not recording.logs and time.monotonic() < deadline:
            time.sleep(0.01)
    text = "mimecast-entra signs in by client secret, decided by ARM_CLIENT_SECRET"
    assert recording.logs == [("DEBUG", text, "")]


def test_it_listens_on_loopback_only() -> None:
    process = subprocess.Popen([sys.executable, str(ROOT / "provider")], stdout=subprocess.PIPE, text=True, cwd="/")
    with process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)):
            pass
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", port), timeout=1)
        process.terminate()


def test_its_port_is_there_before_anything_heavy_is_imported() -> None:
    code = "import sys; sys.path.insert(0, '.'); import provider.server; print(*sys.modules)"
    modules = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = ("pulumi", "azure.core", "azure.identity", "requests", "pulumi_azuread", "cryptography", "components")
    assert [name for name in heavy if name in modules] == []


def test_its_version_is_the_repositorys(plugin: Plugin) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert plugin.call("GetPluginInfo", empty_pb2.Empty()).version == project["version"] == VERSION


def test_its_schema_is_the_one_that_other_languages_were_promised(plugin: Plugin) -> None:
    schema = json.loads(plugin.call("GetSchema", provider_pb2.GetSchemaRequest()).schema)
    assert schema == json.loads(GOLDEN.read_text()), "if intended: python -m tests.provider.write_schema"


def test_its_schema_marks_every_credential_as_secret(plugin: Plugin) -> None:
    schema = json.loads(plugin.call("GetSchema", provider_pb2.GetSchemaRequest()).schema)
    secrets = {name for name, entry in schema["provider"]["inputProperties"].items() if entry.get("secret")}
    assert secrets == {
        "clientSecret",
        "clientCertificate",
        "clientCertificatePassword",
        "oidcToken",
        "oidcRequestToken",
    }


def test_a_request_waits_for_an_import_that_runs_and_says_why_one_failed(tenant: Tenant, tmp_path: Path) -> None:
    package = tmp_path / "cryptography"
    package.mkdir()
    (package / "__init__.py").write_text("import time\ntime.sleep(0.3)\nraise ImportError('libcrypto is missing')\n")
    with run_plugin({**tenant.environment(), "PYTHONPATH": str(tmp_path)}) as plugin:
        plugin.configure()
        with pytest.raises(Failed) as caught:
            plugin.check({})
        assert caught.value.text.startswith(
            "Internal error in the plugin mimecast-entra (ImportError at __init__.py:3)"
        )
        assert "libcrypto is missing" in caught.value.text


def test_many_first_requests_at_once_find_everything_imported(tenant: Tenant) -> None:
    with run_plugin(tenant.environment()) as plugin, ThreadPoolExecutor(8) as pool:
        plugin.configure()
        others = [plugin.of_type(pulumi_type) for pulumi_type in service.RESOURCES] * 2
        checked = list(pool.map(lambda one: one.check({"unknown": 1}), others))
    assert all(failures for _, failures in checked[:2])
