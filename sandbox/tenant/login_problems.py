"""Errors exactly as the login service words them.

Source: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes (checked 2026-11-24).
"""

import uuid
from dataclasses import dataclass

from sandbox.tenant.directory import Directory
from sandbox.tenant.store import Json


@dataclass(eq=False)
class LoginError(Exception):
    """A refusal of the token endpoint."""

    status: int
    error: str
    code: int
    message: str

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


def missing(name: str) -> LoginError:
    return LoginError(
        400, "invalid_request", 900144, f"The request body must contain the following parameter: '{name}'."
    )
