"""docs/README.md leads to every page, and docs/operate.md to every exit code and severity."""

import re

from association.report.model import Severity
from sandbox.workspace import ROOT
from tests.docs.markdown import read_page

INDEX, OPERATE = "docs/README.md", "docs/operate.md"


def test_the_index_names_every_page_of_the_folder_once() -> None:
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}
    linked = [link for link in re.findall(r"\]\(([\w.-]+\.md)\)", read_page(INDEX)) if "/" not in link]
    assert sorted(linked) == sorted(pages)


def test_the_readme_leads_to_the_index() -> None:
    assert "(docs/README.md)" in read_page("README.md")


def test_operate_says_what_each_exit_code_and_each_severity_asks_for() -> None:
    section = read_page("README.md").partition("### Exit codes")[2].partition("\n## ")[0]
    codes = set(re.findall(r"^\| (\d+) \|", section, re.MULTILINE))
    check = read_page(OPERATE).partition("## The drift check")[2].partition("\n## ")[0]
    told = re.findall(r"^\| (\d+)[ ,][^|]*\|", check, re.MULTILINE)
    assert codes == set(told)
    rows = "\n".join(re.findall(r"^\| 7, .*$", check, re.MULTILINE))
    assert {severity.value for severity in Severity} == set(
        re.findall(r"`(\w+)`", rows.replace("`pulumi up --refresh`", ""))
    )
