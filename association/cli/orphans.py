"""Owns `python -m association orphans`: listing and removing what an interrupted deployment left behind."""

import os
import re
import sys

import click

from association.errors import AssociationError, GraphError
from association.graph.client import GraphClient
from association.graph.identity import choose_identity
from association.orphans import TaggedApplication, find_tagged_applications, remove_orphan
from association.text import escape, escape_lines

_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NOT_PERMITTED = frozenset({401, 403})
_FOUND = 7


@click.command(name="orphans", short_help="List or remove what an interrupted deployment left behind.")
@click.option(
    "--tag",
    required=True,
    metavar="TAG",
    help="Tag of the stack's applications: pulumi:organization/project/stack/name.",
)
@click.option("--remove", default="", metavar="OBJECT_ID", help="Remove the application with this object id.")
@click.option("--name", default="", help="Its name, where it has one of its own: remove it although it may be in use.")
def orphans(tag: str, remove: str, name: str) -> None:
    """List the applications with this stack's TAG that an interrupted deployment left behind, or remove one of them.

    Signs in with the same ARM_* variables as the azuread provider. Listing changes nothing. Exit codes: 0 none found or
    removed, 1 error or refused, 2 wrong usage, 3 not permitted, 7 found.
    """
    if not tag.startswith("pulumi:"):
        raise click.BadParameter(f"{escape(tag)!r} is no tag of a stack; expected pulumi:…", param_hint="--tag")
    if remove and not _GUID.fullmatch(remove):
        raise click.BadParameter(f"{escape(remove)!r} is no object id; expected a GUID", param_hint="--remove")
    try:
        graph = GraphClient.of(choose_identity({}, os.environ))
        if remove:
            removed = remove_orphan(graph, tag, remove.lower(), display_name=name)
            click.echo(f"removed {_describe(removed)}; for 30 days it is in the recycle bin")
            return
        found = find_tagged_applications(graph, tag)
    except GraphError as error:
        click.echo(f"error: {escape_lines(str(error))}", err=True)
        sys.exit(3 if error.status in _NOT_PERMITTED else 1)
    except AssociationError as error:
        click.echo(f"error: {escape_lines(str(error))}", err=True)
        sys.exit(1)
    left_behind = [application for application in found if application.left_behind]
    for application in found:
        click.echo(f"{'left behind' if application in left_behind else 'perhaps in use'}: {_describe(application)}")
    for application in left_behind:
        click.echo(
            f"remove it with: python -m association orphans --tag {escape(tag)} --remove {application.object_id}"
        )
    sys.exit(_FOUND if left_behind else 0)


def _describe(application: TaggedApplication) -> str:
    return (
        f"application {application.object_id} '{escape(application.display_name)}', made {escape(application.created)}, "
        f"{application.credentials} credentials"
    )
