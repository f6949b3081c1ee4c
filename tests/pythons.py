"""Runs the tests that need no engine on every supported Python of this machine: `make pythons`.

Each gets a virtual environment of its own below .sandbox/pythons, from the same hashed requirements. Interpreters are looked for on
PATH and among those of pyenv. A version that is not found is named: it was not tested.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
SUPPORTED: Final = ("3.11", "3.12", "3.13", "3.14")
REQUIREMENTS: Final = ROOT / "requirements-dev.txt"
TESTS: Final = ("-n", "2", "-q", "-m", "not engine and not nightly", "--ignore=tests/install")


def find_python(version: str) -> Path | None:
    """An interpreter of that version that starts."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    on_path = shutil.which(f"python{version}")
    candidates = [*([Path(on_path)] if on_path else []), *sorted(pyenv.glob(f"{version}.*/bin/python"))]
    for candidate in candidates:
        asked = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False)
        if asked.returncode == 0 and f" {version}." in asked.stdout:
            return candidate
    return None


def prepare(python: Path, version: str) -> Path:
    """The interpreter of a virtual environment with what requirements-dev.txt pins; made again when that file changes."""
    folder = ROOT / ".sandbox" / "pythons" / version
    made = folder / "bin" / "python"
    installed = folder / "installed"
    if not installed.exists() or installed.stat().st_mtime < REQUIREMENTS.stat().st_mtime:
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")
        subprocess.run([made, *install, "--requirement", REQUIREMENTS], check=True)
        installed.touch()
    return made


def main() -> int:
    """Test each version; 1 when a test failed on one of them, or none was found."""
    verdicts: dict[str, str] = {}
    for version in SUPPORTED:
        python = find_python(version)
        if python is None:
            verdicts[version] = "not found on this machine: not tested"
            continue
        print(f"Python {version}: {python}", flush=True)
        tested = subprocess.run([prepare(python, version), "-m", "pytest", *TESTS], cwd=ROOT, check=False)
        verdicts[version] = "passed" if tested.returncode == 0 else "FAILED"
    print("\n".join(f"Python {version}  {verdict}" for version, verdict in verdicts.items()))
    return 0 if set(verdicts.values()) & {"passed"} and "FAILED" not in verdicts.values() else 1


if __name__ == "__main__":
    sys.exit(main())
