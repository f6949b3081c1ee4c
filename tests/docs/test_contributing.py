"""The diffs in CONTRIBUTING.md are whole changes: each applies, and what it adds passes."""

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

from sandbox.workspace import ROOT
from tests.docs.clone import copy_tree
from tests.docs.markdown import read_page

TESTS = {
    "Add a setting": ("tests/component/test_settings.py", "tests/component/test_server_connection.py"),
    "Add a finding": (
        "tests/guard/test_matrix.py::test_is_seen_under_a_name_and_in_words_and_repaired_as_the_table_says[A36]",
    ),
    "Add a form of certificate": ("tests/certificates/test_forms.py",),
}
"""Heading to the tests that the change must pass."""


def list_diffs() -> dict[str, str]:
    """The diffs by the heading that they stand under."""
    sections = re.split(r"(?m)^### ", read_page("CONTRIBUTING.md"))
    return {
        section.splitlines()[0]: found[1]
        for section in sections
        if (found := re.search(r"```diff\n(.*?)```", section, re.DOTALL))
    }


def test_every_diff_has_its_tests() -> None:
    assert set(list_diffs()) == set(TESTS)


def test_each_diff_applies_and_what_they_add_passes(tmp_path: Path) -> None:
    """Each to the tree as it is; what they add is tested in one run, for half of its time is the start."""
    copy_tree(tmp_path)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")  # the stand-in plugin starts with it
    for options in (["--check"], []):
        for heading, diff in list_diffs().items():
            applied = run(tmp_path, ["git", "apply", "-C1", *options, "-"], diff)
            assert applied.returncode == 0, f"{heading}: make the diff again: {applied.stderr}"
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--assert=plain", *itertools.chain(*TESTS.values())]
    passed = run(tmp_path, [sys.executable, *tests])
    assert passed.returncode == 0, passed.stdout


def run(folder: Path, command: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent), "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, cwd=folder, input=text, env=environment, capture_output=True, text=True, check=False)
