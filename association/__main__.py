"""Owns the start of `python -m association`. It leaves every command to `association.cli`."""

from association.cli import run

if __name__ == "__main__":
    run()
