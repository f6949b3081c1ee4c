"""What README says the deployer needs is the least by Microsoft's map."""

import re
from pathlib import Path

import pytest

from association.graph.failures import name_permission
from association.guard.access_path import Read
from association.guard.paths import READS
from microsoft import least_permissions
from tests.guard.test_permissions import NOT_THE_LEAST

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
PERMISSIONS_PAGE = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text(encoding="utf-8")
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


@pytest.mark.parametrize("read", READS, ids=lambda read: read.name)
def test_a_refused_read_advises_the_permissions_that_the_documents_name(read: Read) -> None:
    path = read.path.partition("?")[0]
    advised = {frozenset(one.split(" together with ")) for one in least_named(path, beta=read.beta)}
    documented = frozenset(read.permissions) - {"CustomSecAttributeAssignment.Read.All"}
    assert documented in advised or read.name in NOT_THE_LEAST
    if read.name not in NOT_THE_LEAST:
        assert all(f"`{permission}`" in PERMISSIONS_PAGE for permission in documented)


def least_named(path: str, *, beta: bool) -> list[str]:
    """What the sentence of a refusal names, set by set."""
    known = path if not beta or least_permissions("GET", path) else f"/beta{path}"
    return name_permission("GET", known).split(" or ")


@pytest.mark.parametrize("act", ACTS)
def test_a_refused_act_of_the_deployer_advises_what_its_table_says(act: str) -> None:
    (cell,) = re.findall(rf"^\| {act}[^|]*\| ([^|]*) \|$", README, re.MULTILINE)
    for method, path in ACTS[act]:
        advised = set(re.findall(r"[A-Z]\w+\.[A-Z][\w.]+", name_permission(method, path).partition("; or ")[0]))
        assert advised & set(re.findall(r"[A-Z]\w+\.[A-Z][\w.]+", cell)), (method, path, advised)
