"""What README says the deployer needs is the least by Microsoft's map."""

import re
from pathlib import Path

import pytest

from microsoft import least_permissions

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ACTS = {
    "create and change the application": (
        ("POST", "/applications"),
        ("PATCH", "/applications/{id}"),
        ("DELETE", "/applications/{id}"),
        ("POST", "/servicePrincipals"),
        ("PATCH", "/servicePrincipals/{id}"),
    ),
    "add an owner other than itself": (("POST", "/applications/{id}/owners/$ref"), ("POST", "/servicePrincipals/{id}/owners/$ref")),
    "find Exchange Online": (("GET", "/servicePrincipals"),),
    "grant the app role": (("POST", "/servicePrincipals/{id}/appRoleAssignedTo"),),
    "read the tenant's initial domain": (("GET", "/domains"),),
}  # fmt: skip
"""How a row of the table begins, and the requests that it is about."""


@pytest.mark.parametrize("act", ACTS)
def test_a_row_of_the_deployers_table_names_the_least_permissions(act: str) -> None:
    (cell,) = re.findall(rf"^\| {act}[^|]*\| ([^|]*) \|$", README, re.MULTILINE)
    named = frozenset(re.findall(r"`([A-Z]\w+\.[\w.]+)`", cell))
    for method, path in ACTS[act]:
        assert named in least_permissions(method, path), (method, path)
