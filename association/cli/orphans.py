"""`python -m association orphans`: lists and removes what an interrupted deployment left behind."""

import sys

import click

from association.cli.sign_in import ending_on_error, sign_in
from association.contract import is_guid
from association.orphans import TaggedApplication, find_tagged_applications, remove_orphan
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
    """List the applications with this stack's TAG that an interrupted deployment left behind, or remove one of them.

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
            removed = remove_orphan(graph, tag, remove.lower(), display_name=name)
            click.echo(f"removed {_describe(removed)}; for 30 days it is in the recycle bin")
            return
        found = find_tagged_applications(graph, tag)
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
