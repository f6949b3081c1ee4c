"""Facts that stand in more than one place are the same everywhere."""

import re
import subprocess
import tomllib
from datetime import date

from microsoft.ews import ALLOW_LIST_ENFORCED, ENDS
from provider import VERSION
from sandbox.workspace import ROOT
from tests.docs.markdown import read_page


def list_texts() -> dict[str, str]:
    """Every text file of ours by its name, without recordings and lock files."""
    command = [
        "git",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "*.py",
        "*.md",
        "*.yaml",
        "*.json",
        "Makefile",
    ]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    kept = [name for name in names if "/recordings/" not in name and (ROOT / name).is_file()]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in kept}


def test_the_stack_tag_ends_with_the_name_of_the_component() -> None:
    form = re.compile(r"<?organization>?/<?project>?/<?stack>?(/<?name>?)?")
    found = {(name, match[0]) for name, text in list_texts().items() for match in form.finditer(text)}
    assert len({name for name, _ in found}) > 3
    assert [one for one in sorted(found) if not re.search(r"/<?name>?$", one[1])] == []


def test_the_version_has_one_value() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.findall(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", read_page("CHANGELOG.md"), re.MULTILINE)[0]
    assert date.fromisoformat(newest[1]).year >= 2026
    assert {project["version"], VERSION, newest[0]} == {newest[0]}


def test_the_oldest_pulumi_has_one_value() -> None:
    from sandbox.engine import OLDEST_ENGINE

    oldest = ".".join(map(str, OLDEST_ENGINE[:2]))
    assert f'requiredPulumiVersion: ">={oldest}.0"' in (ROOT / "Pulumi.yaml").read_text()
    for page in ("README.md", "docs/upgrading.md"):
        assert set(re.findall(r"\b3\.2[0-4]\d\b", read_page(page))) == {oldest}


def test_the_dates_of_ews_stand_in_one_module_and_the_pages_have_the_same() -> None:
    forms = [form for day in (ALLOW_LIST_ENFORCED, ENDS) for form in (str(day), f"{day.year}, {day.month}, {day.day}")]
    code = {name: text for name, text in list_texts().items() if name.endswith(".py") and not name.startswith("tests/")}
    assert {name for name, text in code.items() if any(form in text for form in forms)} <= {"microsoft/ews.py"}
    assert all(str(day) in read_page("README.md") for day in (ALLOW_LIST_ENFORCED, ENDS))
