"""The plugin as the engine starts it: a process that prints its port and ends at once."""

import importlib.metadata
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from sandbox.azuread import VERSION
from sandbox.azuread.clock import Clock

SCRIPT = Path(__file__).parents[2] / "sandbox" / "azuread" / "pulumi-resource-azuread"


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    link = tmp_path / "pulumi-resource-azuread"
    link.symlink_to(SCRIPT)
    with subprocess.Popen([link, "127.0.0.1:1"], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as started:
        yield started
        started.kill()


def read_port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_answers_on_the_port_that_it_prints(process: subprocess.Popen[str]) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{read_port(process)}") as channel:
        info = provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty())
    assert info.version == VERSION


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_at_once_when_told(number: signal.Signals, process: subprocess.Popen[str]) -> None:
    read_port(process)
    process.send_signal(number)
    assert process.wait(5) == 0


def test_stands_in_for_the_release_that_programs_are_typed_against() -> None:
    assert importlib.metadata.version("pulumi-azuread") == VERSION


def test_waits_as_many_times_faster_as_it_is_told() -> None:
    start = time.monotonic()
    Clock(faster=1000).sleep(60)
    assert time.monotonic() - start < 30
