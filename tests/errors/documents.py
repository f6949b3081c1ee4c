"""Writes `docs/errors.md` out of the rows that `test_errors.py` plays. Run it with `python -m tests.errors.documents`."""

from pathlib import Path
from typing import Final

from tests.errors import rows_deploy, rows_mailbox, rows_sign_in
from tests.errors.row import ROWS, Row, Where

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "errors.md"
MODULES: Final = (rows_sign_in, rows_deploy, rows_mailbox)
"""Importing them fills `ROWS`."""

_READERS: Final = {
    Where.SIGN_IN: "Read in the output of `pulumi` (exit code 1) and of `python -m association` (exit code 3).",
    Where.DEPLOY: "Read in the output of `pulumi`; what was made so far is in the state, and the next `pulumi up` completes it.",
    Where.VENDOR: "Read in Entra's sign-in log (Service principal sign-ins); the vendor's console says only that the connection failed.",
    Where.MAILBOX: "Read by the vendor's support. EWS sends no body: the reason is in a header.",
}


def errors_page() -> str:
    """Every row, by who reads it."""
    played = len([row for row in ROWS if row.make])
    sections = "\n\n".join(_section(where) for where in Where)
    return f"""# Errors: what you see, what it means, what to do

Written by `make docs`; do not edit. `…` stands for what differs from case to case. `tests/errors/test_errors.py` brings {played} of the
{len(ROWS)} about, in the sandbox or from the recordings of the official azuread provider, and finds the text in what the reader gets. The others say why not, and
where they are known from.

Exit codes are in the [README](../README.md#exit-codes), and what each asks for in [operate.md](operate.md). Before the first `up`, [the doctor](../README.md#doctor) looks for what would
stop it.

{sections}
"""


def _section(where: Where) -> str:
    rows = "\n".join(_row(row) for row in ROWS if row.where is where)
    return f"## {where}\n\n{_READERS[where]}\n\n| you see | it means | do |\n|---|---|---|\n{rows}"


def _row(row: Row) -> str:
    why_not = f" *Not reproduced: {row.why_not}; known from {row.source}.*" if row.why_not else ""
    text = " ".join(row.text.split())
    quoted = f"`` {text} ``" if "`" in text else f"`{text}`"
    return f"| {quoted} | {row.cause}.{why_not} | {row.fix} |".replace(" | Format", r" \| Format")


if __name__ == "__main__":
    PAGE.write_text(errors_page(), encoding="utf-8")
