"""The Pulumi plugin `mimecast-entra`: thin over `association`."""

from typing import Final

VERSION: Final = "1.0.0"
"""The release, as in `pyproject.toml` and `CHANGELOG.md`; `tests/docs/test_facts.py` holds the three together."""
