"""App management policies: what a tenant allows as a credential, and for how long."""

from datetime import datetime

from sandbox.tenant.directory import Directory
from sandbox.tenant.store import Json


def check_lifetime(directory: Directory, entity: Json, restriction: str, start: datetime, end: datetime) -> None:
    """Refuse a credential that the policy in force for the object does not allow."""
