"""An engine that was killed leaves no process behind."""

import pytest

from tests.engine.interruption import kill_up_when
from tests.engine.project import Project

pytestmark = pytest.mark.engine


def test_hosts_programs_and_plugins_end_with_their_engine(project: Project) -> None:
    kill_up_when(project, lambda request: request.method == "POST" and request.path == "/v1.0/servicePrincipals")
