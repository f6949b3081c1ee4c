"""`python -m association orphans`: lists and removes what an interrupted deployment left behind."""

import sys

import click

from association.cli.sign_in import ending_on_error, sign_in
from association.contract import is_guid
from association.graph.client import GraphClient
from association.orphans import (
    TaggedApplication,
    TaggedPrincipal,
    find_tagged_applications,
    find_tagged_principals,
    remove_orphan,
    remove_tagged_principal,
)
from association.text import escape

_FOUND = 7


@click.command(name="orphans", short_help="List or remove what an interrupted deployment left behind.")
@click.option(
    "--tag",
    required=True,
    metavar="TAG",
    help="Tag of the stack's applications: pulumi:organization/project/stack/name.",
)
@click.option("--remove", default="", metavar="OBJECT_ID", help="Remove the application with this object ID.")
@click.option("--name", default="", help="Its display name: remove it although it may be in use.")
def orphans(tag: str, remove: str, name: str) -> None:
    """List the applications, and service principals of vendors' applications, with this stack's TAG that an interrupted deployment left behind, or remove one of them.

    Signs in with the same ARM_* variables as the azuread provider. Listing changes nothing.

    Exit codes: 0 none found, or removed; 1 error or refused, 2 wrong usage, 3 failed sign-in or missing permission, 7 found.
    """
    if not tag.startswith("pulumi:"):
        raise click.BadParameter(f"{escape(tag)!r} is not the tag of a stack; expected pulumi:…", param_hint="--tag")
    if remove and not is_guid(remove):
        raise click.BadParameter(f"{escape(remove)!r} is not a valid object ID; expected a GUID", param_hint="--remove")
    graph = sign_in()
    with ending_on_error():
        if remove:
            removed = _remove(graph, tag, remove.lower(), name)
            click.echo(f"removed {_describe(removed)}; for 30 days it is in the recycle bin")
            return
        found: list[TaggedApplication | TaggedPrincipal] = [
            *find_tagged_applications(graph, tag),
            *find_tagged_principals(graph, tag),
        ]
    left_behind = [one for one in found if one.left_behind]
    for one in found:
        click.echo(f"{'left behind' if one.left_behind else 'perhaps in use'}: {_describe(one)}")
    for one in left_behind:
        click.echo(f"remove it with: python -m association orphans --tag {escape(tag)} --remove {one.object_id}")
    sys.exit(_FOUND if left_behind else 0)


def _remove(graph: GraphClient, tag: str, object_id: str, name: str) -> TaggedApplication | TaggedPrincipal:
    if any(one.object_id == object_id for one in find_tagged_principals(graph, tag)):
        return remove_tagged_principal(graph, tag, object_id, display_name=name)
    return remove_orphan(graph, tag, object_id, display_name=name)


def _describe(found: TaggedApplication | TaggedPrincipal) -> str:
    named = f"{found.object_id} '{escape(found.display_name)}'"
    if isinstance(found, TaggedPrincipal):
        return f"service principal {named} of the vendor's application {found.client_id}, {found.grants} grants"
    return f"application {named}, made {escape(found.created)}, {found.credentials} credentials"
