"""The engine tests' project, for the tests that run what the documents say."""

from tests.engine.conftest import engine, project, vendor

__all__ = ["engine", "project", "vendor"]
