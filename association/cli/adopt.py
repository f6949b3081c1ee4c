"""`python -m association adopt`: writes the import file for an association that was made by hand.

The file goes to standard output; what a person should know before they use it goes to standard error.
"""

import json
import shlex
import sys
from collections.abc import Iterator

import click

from association.adoption import HandMade, import_file, look_up
from association.cli.adopt_consent import describe_consent
from association.cli.sign_in import FAILED, ending_on_error, sign_in
from association.consent import GivenByHand, look_up_consent
from association.consent import import_file as import_consent
from association.contract import PORTAL_TAG, REDIRECT_URI, is_guid
from association.text import escape


@click.command(name="adopt", short_help="Write the import file for a hand-made association.")
@click.argument("client_id", metavar="CLIENT_ID")
@click.option("--name", help="Logical name of the component.  [default: mimecast; vendor for a vendor's application]")
@click.option("--managed", is_flag=True, help="Adopt it although another stack seems to manage it.")
def adopt(client_id: str, name: str | None, *, managed: bool) -> None:
    """Write the import file for the association with this CLIENT_ID to standard output; changes nothing.

    The application may be one of this tenant, or a vendor's own that somebody consented to: each gets the file of its component.

    Says on standard error what `pulumi up` will change, what it will leave undeclared, and which settings declare it.
    Signs in with the same ARM_* variables as the azuread provider. Then: pulumi import --file adopt.json
    --generate-code=false --protect=false, and pulumi up. Exit codes: 0 written, 1 error or managed by another stack, 2 wrong
    usage, 3 not signed in or not permitted.
    """
    if not is_guid(client_id):
        raise click.BadParameter(
            f"{escape(client_id)!r} is not a valid client ID; expected a GUID", param_hint="CLIENT_ID"
        )
    graph = sign_in()
    found: HandMade | GivenByHand
    with ending_on_error():
        found = look_up_consent(graph, client_id.lower()) or look_up(graph, client_id.lower())
    if found.managed_by and not managed:
        click.echo(
            f"error: {client_id}: another stack manages this application: {escape(found.managed_by)}. Two stacks would undo each "
            "other's changes.\n  Take it out of that stack first (`pulumi state delete`), or repeat this with --managed.",
            err=True,
        )
        sys.exit(FAILED)
    if isinstance(found, GivenByHand):
        lines, document = describe_consent(found), import_consent(found, name=name or "vendor")
    else:
        lines, document = describe(found), import_file(found, name=name or "mimecast")
    for line in lines:
        click.echo(line, err=True)
    click.echo(json.dumps(document, indent=2))


def describe(found: HandMade) -> Iterator[str]:
    """What a person should know before the import, line by line."""
    application = found.application
    yield f"Application {_quote(application.get('displayName'))}, object ID {application['id']}."
    if found.managed_by:
        yield f"Warning: another stack manages it: {escape(found.managed_by)}."
    if found.principal is None:
        bin_ = found.principal_in_recycle_bin
        kept = (
            f" One is in the recycle bin since {escape(bin_)}; to keep its object ID, restore it first." if bin_ else ""
        )
        yield f"It has no service principal, so nobody can sign in with it: `pulumi up` makes one.{kept}"
    yield from (f"Could not be read: {escape(text)}" for text in found.unread)
    yield ""
    yield "`pulumi up` changes:"
    yield from (f"  {line}" for line in _changes(found))
    yield ""
    yield "It keeps as it is what a setting declares (a preview shows it as created, and takes over what is there):"
    yield from (f"  {line}" for line in _declarable(found))
    if any(found.beside.values()):
        yield ""
        yield "It leaves alone, and the guard reports, what no setting declares (remove it, or accept it with `exceptions`):"
        yield from (f"  {kind} {_quote(name)}" for kind, names in found.beside.items() for name in names)
    yield ""
    yield "Settings that declare all of this (without them it stays all the same, and the guard reports it):"
    yield from (f"  {command}" for command in _commands(found))


def _changes(found: HandMade) -> Iterator[str]:
    application, principal = found.application, found.principal or {}
    uris = [str(uri) for uri in (application.get("web") or {}).get("redirectUris") or ()]
    if uris != [REDIRECT_URI]:
        yield f"redirect URIs: {_list(uris)} become {REDIRECT_URI}"
    if tags := application.get("tags"):
        yield f"tags of the application: {_list(tags)} go; the stack's own tag comes"
    if tags := [tag for tag in principal.get("tags") or () if tag != PORTAL_TAG]:
        yield f"tags of the service principal: {_list(tags)} go"
    if found.owners:
        yield "with `guard: off` only: owners that the setting `owners` does not name are taken off"
    yield f"notes: {_quote(application.get('notes') or '')} become the name of the stack"
    yield "everything else of the application and its service principal that `pulumi preview --diff` shows"


def _declarable(found: HandMade) -> Iterator[str]:
    yield f"name {_quote(found.application.get('displayName'))}: `displayName`"
    yield from (f"app role {escape(str(permission))}: `permissions`" for permission in found.permissions)
    for entry in found.certificates:
        what = entry.certificate
        shown = f"{what.thumbprint} {escape(what.subject)}, until {what.not_after:%Y-%m-%d}" if what else entry.key_id
        yield f"certificate {shown}: its file in certs/"
    yield from (f"owner {object_id} {_quote(name)}: `owners`" for object_id, name in sorted(found.owners.items()))


def _commands(found: HandMade) -> Iterator[str]:
    name = str(found.application.get("displayName") or "")
    if name.isprintable() and "'" not in name:
        yield f"pulumi config set displayName {shlex.quote(name)}"
    for number, permission in enumerate(found.permissions):
        yield f"pulumi config set --path 'permissions[{number}]' {shlex.quote(escape(str(permission)))}"
    for number, owner in enumerate(sorted(found.owners)):
        yield f"pulumi config set --path 'owners[{number}]' {owner}"


def _quote(text: object) -> str:
    return f"'{escape(str(text))}'"


def _list(texts: list[str]) -> str:
    return ", ".join(escape(text) for text in texts) or "none"
