"""Whether a terminal wants colour."""

import os
from collections.abc import Mapping
from typing import IO


def wants_colour(stream: IO[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Say whether to colour: on a terminal that can, unless NO_COLOR is set (https://no-color.org, checked 2026-11-24)."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
