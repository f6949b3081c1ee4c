"""How a command signs in, and how it ends when that or a request fails."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

import click

from association.errors import AssociationError, GraphError, SettingsError, SignInError
from association.graph.client import GraphClient
from association.graph.identity import choose_identity
from association.stack import Stack
from association.text import escape_lines

FAILED: Final = 1
NOT_PERMITTED: Final = 3
"""Exit code where nobody could sign in, or where the identity lacks a permission."""
_REFUSALS: Final = frozenset({401, 403})


def sign_in(stack: Stack | None = None) -> GraphClient:
    """A client for the tenant and identity that the stack's `azuread:*` settings and the `ARM_*` variables name.

    Ends the command when they name none.
    """
    try:
        inputs = stack.provider_inputs(os.environ) if stack else {}
        return GraphClient.of(choose_identity(inputs, os.environ))
    except SettingsError as error:
        _end(error, NOT_PERMITTED)


@contextmanager
def ending_on_error() -> Iterator[None]:
    """End the command with one sentence and its exit code where the work inside fails."""
    try:
        yield
    except GraphError as error:
        refused = isinstance(error, SignInError) or error.status in _REFUSALS
        _end(error, NOT_PERMITTED if refused else FAILED)
    except AssociationError as error:
        _end(error, FAILED)


def _end(error: AssociationError, code: int) -> NoReturn:
    click.echo(f"error: {escape_lines(str(error))}", err=True)
    sys.exit(code)
