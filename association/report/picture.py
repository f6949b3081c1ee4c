"""The picture of one association as inline SVG: who can get in, by which credential, to what.

Declared, undeclared, accepted and missing differ in colour, in border and in a word, so that a printout without colour tells them apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape as escape_html
from typing import Final

from association.report.model import Association, Deviation
from association.report.rules import FAMILY_RULES
from association.report.table import is_around
from association.report.words import describe_term

_CREDENTIALS: Final = (
    "certificates",
    "secrets",
    "federatedCredentials",
    "servicePrincipalCertificates",
    "servicePrincipalSecrets",
    "servicePrincipalFederatedCredentials",
)
_ADMINISTRATORS: Final = ("owners", "servicePrincipalOwners", "managerApplications", "scopedRoles")
_REACH: Final = ("appRoles", "delegatedGrants", "directoryRoles", "groups", "exchangeRoles")
_AROUND: Final = ("otherHolders",)

_WIDTH, _BOX, _HEIGHT, _GAP, _TOP = 1000, 340, 46, 12, 30
_CENTRE: Final = (420, 160)
"""Left edge and width of the application's box."""
_LONGEST: Final = 44
"""Characters of a line in a box; the findings hold the whole text."""
_MOST: Final = 8
"""Boxes of one group; the rest is counted."""


@dataclass(frozen=True, kw_only=True)
class _Box:
    status: str
    """`declared`, `undeclared`, `accepted` or `missing`."""
    noun: str
    text: str


def draw(association: Association, number: str) -> str:
    """The picture; `number` makes its ids unique on the page."""
    left = [
        ("can sign in with", _boxes(association, _CREDENTIALS)),
        ("can change it", _boxes(association, _ADMINISTRATORS)),
    ]
    right = [
        ("may do", _boxes(association, _REACH)),
        ("others with the same role", _boxes(association, _AROUND)),
    ]
    height = max(_extent(left), _extent(right), 150)
    middle = height / 2
    parts = [*_column(left, 0, middle, towards=_CENTRE[0]), *_column(right, _WIDTH - _BOX, middle, towards=580)]
    parts += _centre(association, middle)
    title = f"Association {association.name or 'without a name'}: who can get in, by which credential, to what"
    return (
        f'<svg role="img" aria-labelledby="picture-{number}" viewBox="-4 0 {_WIDTH + 8} {height:g}" '
        f'preserveAspectRatio="xMidYMid meet"><title id="picture-{number}">{escape_html(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _boxes(association: Association, families: Sequence[str]) -> list[_Box]:
    boxes: list[_Box] = []
    for family in families:
        noun = FAMILY_RULES[family].noun
        findings = {one.key: one for one in association.findings if one.rule == family}
        for key, sentence in association.observed.get(family, {}).items():
            undeclared = key in findings and findings[key].deviation is not Deviation.MISSING
            text = key if sentence.startswith("declared") else sentence
            known = "accepted" if is_around(family) else "declared"
            boxes.append(_Box(status="undeclared" if undeclared else known, noun=noun, text=text))
        gone = [one for one in findings.values() if one.deviation is Deviation.MISSING]
        boxes += [_Box(status="missing", noun=noun, text=one.what) for one in gone]
        boxes += [
            _Box(status="accepted", noun=noun, text=f"{one.finding} {describe_term(one)}")
            for one in association.accepted
            if one.finding.startswith((f"{family}.", f"{family}["))
        ]
    boxes.sort(key=lambda box: ("undeclared", "missing", "accepted", "declared").index(box.status))
    if len(boxes) > _MOST:
        worst = boxes[_MOST - 1].status
        boxes[_MOST - 1 :] = [_Box(status=worst, noun=f"and {len(boxes) - _MOST + 1} more", text="listed below")]
    return boxes


def _extent(groups: Sequence[tuple[str, Sequence[_Box]]]) -> int:
    return sum(_TOP + max(len(boxes), 1) * (_HEIGHT + _GAP) for _, boxes in groups)


def _column(groups: Sequence[tuple[str, Sequence[_Box]]], left: int, middle: float, *, towards: int) -> Iterator[str]:
    top = 0
    for caption, boxes in groups:
        yield f'<text class="caption" x="{left}" y="{top + 18}">{caption}</text>'
        top += _TOP
        if not boxes:
            yield f'<text class="nobody" x="{left + 12}" y="{top + 22}">nobody</text>'
        for box in boxes:
            yield from _box(box, left, top)
            start = left + _BOX if left == 0 else left
            bend = (start + towards) / 2
            y = top + _HEIGHT / 2
            yield (
                f'<path class="line {box.status}" d="M{start} {y:g} C{bend:g} {y:g} {bend:g} {middle:g} {towards} {middle:g}"/>'
            )
            top += _HEIGHT + _GAP
        top += _GAP + _HEIGHT if not boxes else 0


def _box(box: _Box, left: int, top: int) -> Iterator[str]:
    noun = box.noun[:1].upper() + box.noun[1:]
    yield f'<g class="box {box.status}"><title>{escape_html(f"{box.status}: {noun}: {box.text}")}</title>'
    yield f'<rect x="{left + 1}" y="{top}" width="{_BOX - 2}" height="{_HEIGHT}" rx="6"/>'
    yield f'<text class="noun" x="{left + 12}" y="{top + 19}">{escape_html(noun)}</text>'
    room = _BOX - 24
    if box.status != "declared":
        yield f'<text class="status" x="{left + _BOX - 12}" y="{top + 37}" text-anchor="end">{box.status}</text>'
        room -= 84
    cut = escape_html(_cut(box.text, _LONGEST if box.status == "declared" else _LONGEST - 12))
    yield f'<svg x="{left + 12}" y="{top + 24}" width="{room}" height="18"><text class="text" x="0" y="13">{cut}</text></svg></g>'


def _centre(association: Association, middle: float) -> Iterator[str]:
    left, width = _CENTRE
    top = middle - 45
    name = _cut(association.name or "application", 18)
    yield f'<g class="centre"><rect x="{left}" y="{top:g}" width="{width}" height="90" rx="8"/>'
    whose = "Vendor's application," if association.vendors else "Application and"
    for offset, style, text in (
        (34, "noun", whose),
        (52, "noun", "its service principal" if association.vendors else "service principal"),
        (74, "text", name),
    ):
        yield (
            f'<text class="{style}" x="{left + width // 2}" y="{top + offset:g}" text-anchor="middle">'
            f"{escape_html(text)}</text>"
        )
    yield "</g>"


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
