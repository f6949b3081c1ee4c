"""Starts `python -m association`."""

from association.cli import run

if __name__ == "__main__":
    run()
