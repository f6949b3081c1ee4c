"""`python -m microsoft CSDL PERMISSIONS`: derive the tables again from newer files, and show what changed."""

import argparse
import difflib
import gzip
import json
import sys
from pathlib import Path
from typing import Any

from microsoft import FOLDER
from microsoft.derive import derive


def render(table: dict[str, Any]) -> str:
    """JSON with one line for each entry, so that a changed fact is a changed line."""
    sections = []
    for section, entries in table.items():
        lines = [f"    {json.dumps(name)}: {json.dumps(value)}" for name, value in entries.items()]
        sections.append(f"  {json.dumps(section)}: {{\n" + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(sections) + "\n}\n"


def _read(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m microsoft", description=__doc__)
    parser.add_argument("csdl", type=Path, help="v1.0-Prod.csdl of msgraph-metadata; .gz is fine")
    parser.add_argument("permissions", type=Path, help="permissions.json of microsoft-graph-devx-content; .gz is fine")
    parser.add_argument("--csdl-commit", metavar="COMMIT,DATE", help="where the CSDL is from; needed when types change")
    parser.add_argument("--permissions-commit", metavar="COMMIT,DATE", help="same for the map of permissions")
    parser.add_argument("--add", action="append", default=[], metavar="'GET /path'", help="a route to describe too")
    parser.add_argument("--remove", action="append", default=[], metavar="'GET /path'", help="a route to leave out")
    parser.add_argument("--write", action="store_true", help="write the tables; otherwise only the changes are shown")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Show what changed; 0 when nothing did or it was written, else 1."""
    asked = _arguments(arguments)
    before = {name: (FOLDER / f"{name}.json").read_text(encoding="utf-8") for name in ("types", "routes")}
    routes = {*json.loads(before["routes"])["routes"], *asked.add} - set(asked.remove)
    tables = dict(zip(before, derive(_read(asked.csdl), json.loads(_read(asked.permissions)), routes), strict=True))
    commits, changed = {"types": asked.csdl_commit, "routes": asked.permissions_commit}, False
    for name, old in before.items():
        source = json.loads(old)["source"]
        if commits[name]:
            commit, _, date = commits[name].partition(",")
            source |= {"commit": commit, "date": date}
        new = render({"source": source} | tables[name])
        changed = changed or new != old
        sys.stdout.writelines(
            difflib.unified_diff(old.splitlines(True), new.splitlines(True), f"{name}.json", "derived")
        )
        if asked.write:
            (FOLDER / f"{name}.json").write_text(new, encoding="utf-8")
    return int(changed and not asked.write)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
