"""Errors exactly as the login service words them.

Source: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes (checked 2026-11-24).
"""

import json
import uuid
from pathlib import Path

from sandbox.tenant.directory import Directory
from sandbox.tenant.store import Json

REFUSALS = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
"""HTTP status and OAuth error to code to sentence."""


class LoginError(Exception):
    """A refusal of the token endpoint; whatever it refuses, at any depth, is raised as one."""

    def __init__(self, code: int, **values: object) -> None:
        self.code = code
        kind, sentences = next(row for row in REFUSALS.items() if str(code) in row[1])
        status, self.error = kind.split()
        self.status = int(status)
        self.message = sentences[str(code)].format(**values)

    def body(self, directory: Directory) -> Json:
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        timestamp = directory.clock().strftime("%Y-%m-%d %H:%M:%SZ")
        return {
            "error": self.error,
            "error_description": (
                f"AADSTS{self.code}: {self.message} Trace ID: {trace} Correlation ID: {correlation} "
                f"Timestamp: {timestamp}"
            ),
            "error_codes": [self.code],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"{directory.url}/error?code={self.code}",
        }
