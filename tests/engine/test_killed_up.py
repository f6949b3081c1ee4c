"""An `up` that is killed at any writing request heals by itself with the next `up`: whole, nothing double, nobody needed.

Each writing request is cut before it arrives and after its answer is lost. `make nightly` plays every moment by itself;
`make test` one of a rotation, and those of an `up` that follow on each other, in one stack.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

import pytest

from tests.engine.interruption import Cut, Moment, kill_up_at, names_of_writes
from tests.engine.project import Finished, Project
from tests.engine.test_guard import association_of
from tests.factories import certificate_pem
from tests.guard.rows import ROWS

pytestmark = pytest.mark.engine

_MAKE_APPLICATION: Final = (
    "POST /applications",
    "PATCH /applications/{id} displayName",
    "PATCH /applications/{id} displayName #2",
)
"""azuread makes an application under a passing name, and cannot take one over: one command of the message may be needed."""
WRITES: Final[Mapping[str, tuple[str, ...]]] = {
    "up": (
        *_MAKE_APPLICATION,
        "POST /servicePrincipals",
        "PATCH /servicePrincipals/{id} description",
        "PATCH /applications/{id} keyCredentials",
        "POST /servicePrincipals/{id}/appRoleAssignedTo",
    ),
    "rotation": ("PATCH /applications/{id} keyCredentials", "PATCH /applications/{id} keyCredentials #2"),
    "repair": (
        "PATCH /applications/{id}",
        "DELETE /applications/{id}/owners/{id}/$ref",
        "PATCH /applications/{id} keyCredentials",
        "PATCH /servicePrincipals/{id}",
        "DELETE /servicePrincipals/{id}/owners/{id}/$ref",
        "POST /servicePrincipals/{id}/appRoleAssignedTo",
        "DELETE /roleManagement/directory/roleAssignments/{id}",
        "POST /roleManagement/directory/roleEligibilityScheduleRequests",
        "DELETE /groups/{id}/members/{id}/$ref",
        "DELETE /applications/{id}/federatedIdentityCredentials/{id}",
        "POST /applications/{id}/removePassword",
        "PATCH /applications/{id} keyCredentials #2",
        "PATCH /applications/{id} keyCredentials #3",
        "POST /servicePrincipals/{id}/removePassword",
        "PATCH /servicePrincipals/{id} keyCredentials",
        "DELETE /servicePrincipals/{id}/appRoleAssignments/{id}",
        "DELETE /servicePrincipals/{id}/appRoleAssignments/{id} #2",
        "DELETE /oauth2PermissionGrants/{id}",
        "PATCH /applications/{id} api",
        "DELETE /applications/{id}/appManagementPolicies/{id}/$ref",
        "DELETE /servicePrincipals/{id}/claimsMappingPolicies/{id}/$ref",
        "PATCH /servicePrincipals/{id} customSecurityAttributes",
        "PATCH /applications/{id} tokenEncryptionKeyId",
        "PATCH /applications/{id} servicePrincipalLockConfiguration",
        "PATCH /applications/{id} isDisabled",
    ),
}  # fmt: skip
"""The writing requests of each run. `test_no_writing_request_is_left_out` compares them with a run."""
COVERING: Final = (
    Moment(request="POST /applications", cut=Cut.AFTER),
    Moment(request="POST /servicePrincipals", cut=Cut.AFTER),
    Moment(request="POST /servicePrincipals/{id}/appRoleAssignedTo", cut=Cut.BEFORE),
    Moment(request="POST /servicePrincipals/{id}/appRoleAssignedTo", cut=Cut.AFTER),
)
"""One moment for each resource of an `up` that needs the one before: a run gets to a moment when the one before is healed."""
ROTATION: Final = ("rotation", "PATCH /applications/{id} keyCredentials", Cut.AFTER)
"""The moment in the middle of a rotation that `make test` plays: a certificate is created, which an `up` does the same way."""
INTRUSIONS: Final = (
    "A14", "A1", "A10", "A11", "A15", "A16", "A25", "A27", "A29", "A30", "A31", "S1", "S4", "S5", "S6", "S10", "S11", "S12",
    "S13", "S15", "S16", "S17", "S18",
)  # fmt: skip
"""Rows of the drift matrix that can all be there at once, and that `up --refresh` with `guard: enforce` repairs."""


def _prepare_rotation(project: Project) -> tuple[str, ...]:
    project.put_certificate("mimecast.pem", certificate_pem("next"))
    return ()


def _prepare_repair(project: Project) -> tuple[str, ...]:
    project.tenant.permit("deployer", *project.tenant.identity("administrator").permissions)
    project.set(guard="enforce")
    association = association_of(project)
    for row_id in INTRUSIONS:
        (row,) = [row for row in ROWS if row.id == row_id]
        assert row.make is not None
        row.make(association)
    return ("--refresh",)


PREPARE: Final[Mapping[str, Callable[[Project], tuple[str, ...]]]] = {
    "up": lambda _: (),
    "rotation": _prepare_rotation,
    "repair": _prepare_repair,
}
"""What happens before the run that is killed; returns that run's flags. All but the first one begin with what is deployed."""


def _marks(run: str) -> tuple[pytest.MarkDecorator, ...]:
    return () if run == "up" else (pytest.mark.deployed,)


MOMENTS: Final = [
    pytest.param(
        run,
        Moment(request=write, cut=cut),
        marks=(*_marks(run), *(() if (run, write, cut) == ROTATION else (pytest.mark.nightly,))),
        id=f"{run}: {write}, {cut}",
    )
    for run, writes in WRITES.items()
    for write in writes
    for cut in Cut
]


@pytest.mark.parametrize("run", [pytest.param(run, marks=_marks(run)) for run in WRITES])
def test_no_writing_request_is_left_out(project: Project, run: str) -> None:
    flags = PREPARE[run](project)
    project.tenant.requests.clear()
    project.up(*flags)
    assert sorted(names_of_writes(project.tenant.requests)) == sorted(WRITES[run])


@pytest.mark.parametrize(("run", "moment"), MOMENTS)
def test_an_up_that_is_killed_heals_with_the_next_one(project: Project, run: str, moment: Moment) -> None:
    flags = PREPARE[run](project)
    before = _count(project)
    kill_up_at(project, moment, *flags)
    project.pulumi("cancel", "--yes")
    healing = _run_up(project)
    if run == "up" and moment.request in _MAKE_APPLICATION:
        _remove_orphans(project, healing)
        healing = _run_up(project) if healing.code else healing
    assert healing.code == 0, healing.output
    _assert_whole(project, before, made=1 if run == "up" else 0)


def test_an_up_that_is_killed_again_and_again_heals_with_the_next_one(project: Project) -> None:
    before = _count(project)
    for moment in COVERING:
        kill_up_at(project, moment)
        project.pulumi("cancel", "--yes")
        if moment.request in _MAKE_APPLICATION:
            _remove_orphans(project, _run_up(project))
    project.up()
    _assert_whole(project, before, made=1)


def _run_up(project: Project) -> Finished:
    return project.run("pulumi", "up", "--yes", "--skip-preview", "--non-interactive")


def _assert_whole(project: Project, before: Mapping[str, int], *, made: int) -> None:
    """One whole association, `made` applications and principals more than before, and no drift."""
    assert {name: count - before[name] for name, count in _count(project).items()} == dict.fromkeys(before, made)
    application = project.application()
    (entry,) = application["keyCredentials"]
    assert entry["customKeyIdentifier"] == project.outputs()["certificates"][0]["thumbprint"]
    assert application["displayName"] == "Mimecast O365 Server Connection"
    assert association_of(project).grant_id
    project.refresh_preview()
    project.refreshed_preview()


def test_a_file_backend_whose_side_file_a_kill_left_empty_is_mended_by_removing_it(project: Project) -> None:
    state = project.workspace.folder / "plain"
    state.mkdir()
    plain = {"PULUMI_BACKEND_URL": state.as_uri()}
    for command in (("stack", "init", "test"), ("cancel", "--yes")):
        assert project.run("pulumi", *command, "--non-interactive", environment=plain).code == 0
    (side_file,) = state.rglob("test.json.attrs")
    side_file.write_bytes(b"")
    refused = project.run("pulumi", "cancel", "--yes", "--non-interactive", environment=plain)
    assert refused.code != 0
    assert "failed to load checkpoint: EOF" in refused.output
    side_file.unlink()
    assert project.run("pulumi", "cancel", "--yes", "--non-interactive", environment=plain).code == 0
    assert not list((project.workspace.folder / "state").rglob("*.attrs")), "`metadata=skip` writes none"


def _count(project: Project) -> dict[str, int]:
    return {name: len(project.graph("GET", f"/v1.0/{name}")["value"]) for name in ("applications", "servicePrincipals")}


def _remove_orphans(project: Project, stopped: Finished) -> None:
    """Run the commands that the message names; the next `up` must need nothing more."""
    commands = set(re.findall(r"python -m association orphans --tag \S+ --remove [0-9a-f-]{36}", stopped.output))
    for command in commands:
        removed = project.run(*command.split())
        assert removed.code == 0, removed.output
