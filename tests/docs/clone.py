"""A copy of the working tree, as a fresh clone would have it."""

import shutil
import subprocess
from pathlib import Path

from sandbox.workspace import ROOT


def copy_tree(folder: Path) -> None:
    """Copy every file that is committed or could be."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
