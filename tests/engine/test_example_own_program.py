"""examples/own-program: the component in somebody's own Python project, through the generated SDK."""

from pathlib import Path

import pytest

from sandbox.vendor import prove
from tests.engine.examples import certificate_of, lay_out
from tests.engine.project import Project

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("python sdk")]


def test_ten_lines_in_somebodys_own_program_deploy_an_association_that_opens_mail(
    project: Project, python_sdk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(python_sdk))
    example = lay_out(project, "own-program")
    example.set(certificate=str(certificate_of(project)))
    example.up()
    client_id = example.outputs()["clientId"]
    assert all(step.passed for step in prove(project.workspace.vendor, project.tenant, client_id))
    example.refreshed_preview()


def test_the_program_is_ten_lines_and_touches_no_path() -> None:
    program = (Path(__file__).parents[2] / "examples" / "own-program" / "__main__.py").read_text()
    body = [line for line in program.splitlines()[1:] if line and not line.startswith(("import", "from"))]
    assert len(body) <= 10
    assert "sys.path" not in program
