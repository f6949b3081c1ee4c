"""Imports the HTTP stack when it is first needed, in one thread at a time.

It costs a quarter of a second, and a plugin that only checks or compares never pays for it. Threads that import parts of one
package at the same moment can see a half of it, and fail.
"""

import importlib
import threading
from typing import Final

_MODULES: Final = (
    "azure.core",
    "azure.core.exceptions",
    "azure.core.pipeline.policies",
    "azure.core.rest",
    "requests",
    "association.graph.retry",
)
IMPORTING: Final = threading.Lock()
"""Held by whoever imports while other threads may."""


def import_http_stack(*more: str) -> None:
    """Whoever is about to send a request, or to ask for a token, calls this first; at once where it, and more that builds on it, is there."""
    with IMPORTING:
        for module in (*_MODULES, *more):
            importlib.import_module(module)
