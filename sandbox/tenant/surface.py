"""The topics that Graph is served for; importing each registers its routes."""

from importlib import import_module

TOPICS = ("applications", "service_principals", "owners", "passwords", "assignments", "domains")


def load_routes() -> None:
    """Register every route."""
    for topic in TOPICS:
        import_module(f"sandbox.tenant.{topic}")
