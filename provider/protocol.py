"""Pulumi's generated protocol without the SDK around it, which would cost the plugin 0.2 s before the engine knows its port.

These are the SDK's own files, imported under another name. protobuf has one class for each message whatever name its file was
imported by, so the component, which imports the SDK when it is asked for, takes the same messages.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Final

_NAME: Final = "pulumi_protocol"


def _find_files() -> ModuleType:
    sdk = importlib.util.find_spec("pulumi")
    folders = sdk.submodule_search_locations if sdk else None
    if not folders:
        raise ImportError("the package pulumi, which has the protocol's files, is not installed")
    package = ModuleType(_NAME, __doc__)
    package.__path__ = [str(Path(folder) / "runtime" / "proto") for folder in folders]
    return package


if TYPE_CHECKING:
    from pulumi.runtime.proto import (
        engine_pb2,
        engine_pb2_grpc,
        plugin_pb2,
        provider_pb2,
        provider_pb2_grpc,
        status_pb2,
    )
else:
    sys.modules.setdefault(_NAME, _find_files())
    from pulumi_protocol import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

__all__ = ["engine_pb2", "engine_pb2_grpc", "plugin_pb2", "provider_pb2", "provider_pb2_grpc", "status_pb2"]
