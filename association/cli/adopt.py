"""`python -m association adopt`: writes the import file for an association that was made by hand."""

import json

import click

from association.adoption import find_adoption
from association.cli.sign_in import ending_on_error, sign_in
from association.contract import is_guid
from association.text import escape


@click.command(name="adopt", short_help="Write the import file for a hand-made association.")
@click.argument("client_id", metavar="CLIENT_ID")
@click.option("--name", default="mimecast", show_default=True, help="Logical name of the ServerConnection.")
def adopt(client_id: str, name: str) -> None:
    """Write the import file for the association with this CLIENT_ID to standard output; changes nothing.

    Signs in with the same ARM_* variables as the azuread provider. Then run: pulumi import --file adopt.json
    --generate-code=false --protect=false, and pulumi up.

    Exit codes: 0 written, 1 error, 2 wrong usage, 3 failed sign-in or missing permission.
    """
    if not is_guid(client_id):
        raise click.BadParameter(
            f"{escape(client_id)!r} is not a valid client ID; expected a GUID", param_hint="CLIENT_ID"
        )
    graph = sign_in()
    with ending_on_error():
        document = find_adoption(graph, client_id.lower(), name=name)
    click.echo(json.dumps(document, indent=2))
