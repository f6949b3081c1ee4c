"""Writes the package schema that `test_process` compares with: `python -m tests.provider.write_schema`."""

import json

from pulumi.runtime.proto import provider_pb2

from tests.provider.harness import run_plugin
from tests.provider.test_process import GOLDEN

if __name__ == "__main__":
    with run_plugin({}) as plugin:
        schema = json.loads(plugin.call("GetSchema", provider_pb2.GetSchemaRequest()).schema)
    GOLDEN.write_text(json.dumps(schema, indent=2, sort_keys=True) + "\n")
