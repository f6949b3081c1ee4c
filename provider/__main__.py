"""Starts the plugin: `python provider <engine address>`, with any working directory."""

import sys
from pathlib import Path

# Python puts this folder first, where `server` would be a module of its own; the packages stand one level up.
sys.path[0] = str(Path(__file__).resolve().parent.parent)

from provider.server import main  # noqa: E402 - needs the path above

if __name__ == "__main__":
    main(sys.argv[1:])
