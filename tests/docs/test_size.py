"""The product stays readable: no module over 300 lines, no function over 40."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def too_long() -> Iterator[str]:
    for module in (
        path for folder in ("association", "components", "provider") for path in (ROOT / folder).rglob("*.py")
    ):
        text = module.read_text(encoding="utf-8")
        if text.count("\n") > 300:
            yield f"{module.relative_to(ROOT)}: {text.count(chr(10))} lines"
        for one in ast.walk(ast.parse(text)):
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (one.end_lineno or 0) - one.lineno + 1
                if lines > 40:
                    yield f"{module.relative_to(ROOT)}: {one.name} has {lines} lines"


def test_a_module_has_300_lines_at_most_and_a_function_40() -> None:
    assert list(too_long()) == []
