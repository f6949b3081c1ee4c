"""Every topic that Graph is served for: importing a module of this package registers its routes."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


def load_routes() -> None:
    for module in iter_modules([str(Path(__file__).parent)]):
        import_module(f"sandbox.tenant.{module.name}")
