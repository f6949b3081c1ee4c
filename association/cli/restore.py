"""`python -m association restore`: brings a deleted application back with its service principal, after a question."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from association.arguments import DEFAULT_DISPLAY_NAME
from association.cli.sign_in import FAILED, ending_on_error, sign_in
from association.contract import is_guid
from association.graph.client import GraphClient
from association.guard.text import quote
from association.restore import KEPT_FOR, LOOKING, RESTORING, Lost, find_lost, restore
from association.stack import Stack, open_stack
from association.text import escape


def _check_guid(_: click.Context, parameter: click.Parameter, value: str) -> str:
    if value and not is_guid(value):
        kind = "client ID" if parameter.name == "client_id" else "object ID"
        raise click.BadParameter(f"{escape(value)!r} is not a valid {kind}; expected a GUID")
    return value.lower()


@click.command(name="restore", short_help="Bring a deleted application back, with the same client ID.")
@click.option("--client-id", default="", callback=_check_guid, metavar="ID", help="Of the deleted application.")
@click.option(
    "--object-id", default="", callback=_check_guid, metavar="ID", help="Of the application or its service principal."
)
@click.option(
    "--stack", default="", metavar="NAME", help="The stack whose application it is; default: the selected one."
)
@click.option("--cwd", "-C", default=".", type=click.Path(path_type=Path), help="Folder of the Pulumi project.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore_application(client_id: str, object_id: str, stack: str, cwd: Path, *, yes: bool) -> None:
    """Restore an application that was deleted in the last 30 days, with its service principal: same client ID, same object IDs.

    Says first who deleted it and when, and asks. Does nothing where nothing is deleted. Afterwards `pulumi up --refresh` makes
    again what ended with the deletion. Signs in as the azuread provider does.

    Exit codes: 0 restored, or nothing was deleted; 1 too late, not wanted, or another failure; 2 wrong usage; 3 failed sign-in
    or missing permission.
    """
    if bool(client_id) + bool(object_id) + bool(stack) > 1:
        raise click.UsageError("--client-id, --object-id and --stack exclude each other.")
    with ending_on_error():
        opened = None if client_id or object_id else open_stack(cwd, stack, os.environ)
        graph = sign_in(opened)
        lost = _find(graph, client_id, object_id, opened)
    for line in describe(lost, datetime.now(UTC)):
        click.echo(line)
    if lost.is_there:
        return
    _ask(yes=yes)
    with ending_on_error():
        for done in restore(graph, lost):
            click.echo(done)
    click.echo("Next: pulumi up --refresh")


def _find(graph: GraphClient, client_id: str, object_id: str, stack: Stack | None) -> Lost:
    if stack is None:
        return find_lost(graph, client_id=client_id, object_id=object_id)
    settings = stack.settings(stack.project)
    if is_guid(settings.get("clientId")):  # a vendor's application, which the stack has not made
        return find_lost(graph, client_id=settings["clientId"].lower())
    name = settings.get("displayName") or DEFAULT_DISPLAY_NAME
    return find_lost(graph, stack=f"{stack.project}/{stack.name}", name=name)


def _ask(*, yes: bool) -> None:
    if yes:
        return
    if not _somebody_can_answer():
        raise click.UsageError("nobody can be asked here: repeat this with --yes.")
    if not click.confirm("Restore?", default=False):
        click.echo("Nothing was changed.")
        sys.exit(FAILED)


def _somebody_can_answer() -> bool:
    return sys.stdin.isatty()


def describe(lost: Lost, now: datetime) -> Iterator[str]:
    """What a person should know before they say yes, line by line; `now` is timezone-aware."""
    where = f"object ID {lost.application_id}" if lost.application_id else "in its vendor's tenant"
    yield f"Application {quote(lost.display_name)}, client ID {lost.client_id}, {where}"
    if lost.deleted is None:
        missing = "" if lost.principal_id else " It has no service principal: `pulumi up --refresh` makes one."
        yield f"It is not deleted; there is nothing to restore.{missing}"
        return
    what = "deleted" if lost.application_deleted else f"its service principal {lost.principal_id} deleted"
    by = f"by {lost.deleted_by}" if lost.deleted_by else f"nobody knows by whom: {escape(lost.unread)}"
    until = lost.deleted + KEPT_FOR
    yield f"  {what} {lost.deleted:%Y-%m-%d %H:%MZ}, {by}"
    yield f"  it can be restored until {until:%Y-%m-%d %H:%MZ}, for {max((until - now).days, 0)} more days"
    yield from (f"  {line}" for line in _describe_work(lost))
    for twin in lost.twins:
        yield f"  warning: another application has this name, client ID {escape(twin)}. If `pulumi up` made it after the deletion, the state"
        yield "  knows that one: decide which of the two stays before you say yes."
    yield f"It needs {LOOKING} to look, and {RESTORING} to restore as an owner; anybody else needs Application.ReadWrite.All."


def _describe_work(lost: Lost) -> Iterator[str]:
    if lost.application_deleted and lost.principal_deleted:
        yield "restores the application and its service principal, with their IDs: nothing is entered again at the vendor"
    elif lost.application_deleted:
        there = "its service principal is there" if lost.principal_id else "its service principal is gone for good"
        yield f"restores the application with its IDs ({there})"
    else:
        yield "restores the service principal with its object ID"
    if not lost.application_id:
        yield "the application is the vendor's, and its client ID stays the same either way; who keeps the object ID keeps what names it here"
    yield "`pulumi up --refresh` then makes again: the app role assignments, which ended with the service principal, and whatever else"
    yield "  is not as declared. Conditional Access policies that named the service principal need a look."
    yield f"  If a plain `pulumi refresh` has dropped it from the state, adopt it: python -m association adopt {lost.client_id}"
