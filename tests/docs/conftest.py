"""The engine tests' project, for the tests that run what the documents say."""

from tests.engine.conftest import deployed, engine, project, undeployed, vendor

__all__ = ["deployed", "engine", "project", "undeployed", "vendor"]
