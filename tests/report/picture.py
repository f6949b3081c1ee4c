"""Makes `docs/association.svg`, the picture of an association in the README, out of the recordings: `make picture` runs it."""

import re
from pathlib import Path
from typing import Final

import association.report
from association.report.picture import draw
from sandbox.workspace import ROOT
from tests.report.made import association_of, recorded

PICTURE: Final = ROOT / "docs" / "association.svg"
_STYLE: Final = Path(association.report.__file__).with_name("page.css")


def make_picture() -> str:
    """The page's picture as a file of its own: with the page's style, and a background."""
    svg = draw(association_of(recorded("findings.refresh")), "0")
    style = re.sub(r"\s+", " ", _STYLE.read_text(encoding="utf-8"))
    head, ground = f"<style>{style}</style>", '<rect x="-4" width="100%" height="100%" fill="var(--page)"/>'
    return (
        svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).replace(
            "</title>", f"</title>{head}{ground}", 1
        )
        + "\n"
    )


if __name__ == "__main__":
    PICTURE.write_text(make_picture(), encoding="utf-8")
