"""Pulumi's generated protocol without the SDK around it: the real plugin is a Go program, which starts at once."""

import sys
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

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
    _files = ModuleType("pulumi_protocol")
    _files.__path__ = [f"{folder}/runtime/proto" for folder in find_spec("pulumi").submodule_search_locations]
    sys.modules.setdefault("pulumi_protocol", _files)
    from pulumi_protocol import engine_pb2, engine_pb2_grpc, plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

__all__ = ["engine_pb2", "engine_pb2_grpc", "plugin_pb2", "provider_pb2", "provider_pb2_grpc", "status_pb2"]
