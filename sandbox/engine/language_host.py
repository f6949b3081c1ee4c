"""A Pulumi language host for Python, over the pip package alone. It installs no packages and checks no types.

Pulumi's own `pulumi-language-python` comes with the CLI's download. Where the engine was built from its Go module
there is none, and this one stands in: it runs the program and Python plugins, and exits at once on a signal (the
engine waits five seconds for a host that does not).
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf import empty_pb2

if TYPE_CHECKING:
    from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2
else:  # the SDK's files without the SDK: Pulumi's own host is no Python program, and starts at once
    sys.modules["pulumi_protocol"] = protocol = ModuleType("pulumi_protocol")
    protocol.__path__ = [f"{folder}/runtime/proto" for folder in find_spec("pulumi").submodule_search_locations]
    from pulumi_protocol import language_pb2, language_pb2_grpc, plugin_pb2

PROGRAM_RUNNER: Final = Path(__file__).with_name("run_program.py")


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Answers the engine's LanguageRuntime calls for one project."""

    def __init__(self, engine_address: str) -> None:
        self._engine_address = engine_address

    def Handshake(self, request: Any, context: Any) -> Any:
        return language_pb2.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        """The version of the pip package that does the work."""
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:
        """None ahead of time: plugins are found when the program first asks for them."""
        return language_pb2.GetRequiredPackagesResponse()

    def About(self, request: Any, context: Any) -> Any:
        """The interpreter, for `pulumi about`."""
        return language_pb2.AboutResponse(executable=sys.executable, version=sys.version.split()[0])

    def InstallDependencies(self, request: Any, context: Any) -> Iterator[Any]:
        """Nothing to do: programs and plugins run in this very interpreter, which has what the requirements pin."""
        yield language_pb2.InstallDependenciesResponse(stdout=f"using the packages of {sys.executable}\n".encode())

    def GetProgramDependencies(self, request: Any, context: Any) -> Any:
        return language_pb2.GetProgramDependenciesResponse()

    def Cancel(self, request: Any, context: Any) -> Any:
        """Nothing to wind down: the engine's signal ends this process."""
        return empty_pb2.Empty()

    def Run(self, request: Any, context: Any) -> Any:
        """Run the program to its end; what it prints goes to the engine's diagnostics."""
        options = {name: getattr(request, name) for name in ("project", "stack", "monitor_address", "parallel")} | {
            "organization": request.organization or "organization",
            "engine_address": self._engine_address,
            "preview": request.dryRun,
        }
        settings = {
            "program_directory": request.info.program_directory,
            "options": options,
            "config": dict(request.config),
            "secret_keys": list(request.configSecretKeys),
        }
        with subprocess.Popen(
            [sys.executable, "-u", str(PROGRAM_RUNNER)],
            stdin=subprocess.PIPE,
            text=True,
            cwd=request.info.program_directory,
            stdout=sys.stderr,
        ) as program:
            if program.stdin:  # stays open: when it closes, this host is gone, and the program ends too
                program.stdin.write(json.dumps(settings) + "\n")
                program.stdin.flush()
            code = program.wait()
        # The program has already told the engine why; `bail` keeps the engine from saying it twice.
        return language_pb2.RunResponse(bail=code != 0)

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:
        """Run a Python plugin's folder, and stream what it prints until it ends."""
        with subprocess.Popen(
            [sys.executable, "-u", request.info.program_directory, *request.args],
            cwd=request.pwd,
            env={**os.environ, **dict(pair.split("=", 1) for pair in request.env)},
            stdout=subprocess.PIPE,
            stderr=sys.stderr,
        ) as plugin:
            for line in plugin.stdout or ():
                yield language_pb2.RunPluginResponse(stdout=line)
            yield language_pb2.RunPluginResponse(exitcode=plugin.wait())


def serve(engine_address: str) -> None:
    """Listen on loopback, print the port as the engine expects, and run until a signal."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(engine_address), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    engine = os.getppid()
    while os.getppid() == engine:  # an engine that was killed tells nobody
        server.wait_for_termination(timeout=1)
    os._exit(0)


if __name__ == "__main__":
    addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    serve(addresses[0] if addresses else "")
