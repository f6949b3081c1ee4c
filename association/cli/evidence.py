"""`python -m association evidence`: what Microsoft Graph answers in this tenant, without anything that is the tenant's."""

import json
from collections.abc import Iterator
from typing import IO

import click

from association.cli.sign_in import ending_on_error, sign_in
from association.contract import is_guid
from association.evidence.collect import collect
from association.evidence.questions import LOOKUPS, QUESTIONS
from association.graph.client import Json
from association.text import escape


@click.command(name="evidence", short_help="Write what Graph answers here, with everything of the tenant replaced.")
@click.option("--client-id", default="", metavar="CLIENT_ID", help="Client ID of the application.")
@click.option("--output", type=click.File("w", encoding="utf-8", lazy=True), default="-", help="File to write.")
@click.option("--list", "list_only", is_flag=True, help="Print the requests and send none of them.")
def evidence(client_id: str, output: IO[str], *, list_only: bool) -> None:
    """Write a JSON file with what Microsoft Graph answers about an association in this tenant; changes nothing.

    IDs, names, addresses, domains, keys, dates and numbers are replaced, the same value by the same pseudonym within the file; the
    key to them is thrown away. What stays is Microsoft's own: names of properties, types and permissions, values of
    enumerations, status and error codes, names of headers. Signs in with the same ARM_* variables as the azuread provider, and says on standard
    error beforehand what it will send. A request that is refused stands in the file with its status.

    Exit codes: 0 written, 1 error, 2 wrong usage, 3 failed sign-in or missing permission.
    """
    if list_only:
        click.echo("\n".join(describe_requests()))
        return
    if not is_guid(client_id):
        raise click.BadParameter(
            f"{escape(client_id)!r} is not a valid client ID; expected a GUID", param_hint="--client-id"
        )
    click.echo("\n".join(describe_requests()), err=True)
    graph = sign_in()
    with ending_on_error():
        found = collect(graph, client_id.lower())
    output.write(json.dumps(found, indent=1) + "\n")
    click.echo("\n".join(_summarize(found)), err=True)


def describe_requests() -> Iterator[str]:
    """Every request, one a line, and what it is for."""
    yield "These requests are sent, all of them GET:"
    yield from (f"  /v1.0{path}: finds the object IDs" for path in LOOKUPS)
    yield from (f"  /{one.version}{one.path}: {one.why}" for one in QUESTIONS)
    yield "Those that the guard reads go in two POST /$batch. {client} is the client ID; the other braces are IDs that were found."


def _summarize(found: Json) -> Iterator[str]:
    exchanges = found["exchanges"]
    refused = [one for one in exchanges if one["status"] is None or one["status"] >= 400 or not one["status"]]  # noqa: PLR2004 - HTTP refusals
    yield f"{len(exchanges)} requests; {len(refused)} without an answer that can be used" + (":" if refused else ".")
    for one in refused:
        status = "not sent: there is no service principal" if one["status"] is None else one["status"] or "no answer"
        yield f"  {one['name']}: {status} {one['code']}".rstrip()
    yield "Read the file before you hand it on."
