"""The topics that Graph is served for; importing each registers its routes."""

from importlib import import_module

TOPICS = (
    "applications",
    "service_principals",
    "owners",
    "passwords",
    "federated_credentials",
    "assignments",
    "delegated_grants",
    "assigned_policies",
    "synchronization",
    "conditional_access",
    "people_and_groups",
    "roles",
    "exchange_roles",
    "domains",
    "recycle_bin",
    "audit",
    "batch",
)


def load_routes() -> None:
    for topic in TOPICS:
        import_module(f"sandbox.tenant.{topic}")
