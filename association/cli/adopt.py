"""Owns `python -m association adopt`: the import file for an association that was made by hand. It leaves looking to `adoption`."""

import json
import os
import re
import sys

import click

from association.adoption import find_adoption
from association.errors import AssociationError, GraphError
from association.graph.client import GraphClient
from association.graph.identity import choose_identity
from association.text import escape, escape_lines

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NOT_PERMITTED = frozenset({401, 403})


@click.command(name="adopt", short_help="Write the import file for a hand-made association.")
@click.argument("client_id", metavar="CLIENT_ID")
@click.option("--name", default="mimecast", show_default=True, help="Logical name of the ServerConnection.")
def adopt(client_id: str, name: str) -> None:
    """Write the import file for the association with this CLIENT_ID to standard output; changes nothing.

    Signs in with the same ARM_* variables as the azuread provider. Then: pulumi import --file adopt.json
    --generate-code=false --protect=false, and pulumi up.
    """
    if not _GUID.fullmatch(client_id):
        raise click.BadParameter(f"{escape(client_id)!r} is no client id; expected a GUID", param_hint="CLIENT_ID")
    try:
        document = find_adoption(GraphClient.of(choose_identity({}, os.environ)), client_id.lower(), name=name)
    except GraphError as error:
        click.echo(f"error: {escape_lines(str(error))}", err=True)
        sys.exit(3 if error.status in _NOT_PERMITTED else 1)
    except AssociationError as error:
        click.echo(f"error: {escape_lines(str(error))}", err=True)
        sys.exit(1)
    click.echo(json.dumps(document, indent=2))
