"""What `python -m association adopt` says of a vendor's application: whose it is, what it was granted, and which settings declare it."""

import shlex
from collections.abc import Iterator

from association.consent import GivenByHand
from association.text import escape


def describe_consent(found: GivenByHand) -> Iterator[str]:
    """What a person should know before the import, line by line."""
    principal = found.principal
    yield (
        f"This is a vendor's own application, {_quote(principal.get('displayName'))}: it is in the tenant {found.publisher}, and here is only its "
        f"service principal, object ID {principal['id']}. Declare it with `ConsentedApplication` (examples/vendor-application)."
    )
    verified = principal.get("verifiedPublisher") or {}
    who = _quote(verified.get("displayName")) if verified.get("verifiedPublisherId") else "nobody"
    yield f"Microsoft has verified as its publisher: {who}. Ask the vendor for its tenant ID: a look-alike names its own."
    yield from (f"Could not be read: {escape(text)}" for text in found.unread)
    yield ""
    yield "`pulumi up` takes over what a setting declares, and `pulumi destroy` leaves it:"
    yield from (f"  app role {escape(str(permission))}: `permissions`" for permission in found.permissions)
    for audience, scopes in sorted(found.delegated.items()):
        yield from (f"  delegated permission {escape(str(scope))} for {audience}: `delegated`" for scope in scopes)
    yield from (f"  owner {object_id} {_quote(name)}: `owners`" for object_id, name in sorted(found.owners.items()))
    if any(found.beside.values()):
        yield ""
        yield "It leaves alone, and the guard reports, what no setting declares (remove it, or accept it with `exceptions`):"
        yield from (f"  {kind} {_quote(name)}" for kind, names in found.beside.items() for name in names)
    yield ""
    yield "Settings that declare all of this (what they do not name stays too, and the guard reports it; with `guard: enforce` it goes):"
    yield from (f"  {command}" for command in _commands(found))


def _commands(found: GivenByHand) -> Iterator[str]:
    yield f"pulumi config set clientId {found.principal['appId']}"
    yield f"pulumi config set publisher {found.publisher}"
    for number, permission in enumerate(found.permissions):
        yield f"pulumi config set --path 'permissions[{number}]' {shlex.quote(escape(str(permission)))}"
    for audience, scopes in sorted(found.delegated.items()):
        for number, scope in enumerate(scopes):
            path = f'delegated["{audience}"][{number}]'
            yield f"pulumi config set --path {shlex.quote(path)} {shlex.quote(escape(str(scope)))}"
    for number, owner in enumerate(sorted(found.owners)):
        yield f"pulumi config set --path 'owners[{number}]' {owner}"


def _quote(text: object) -> str:
    return f"'{escape(str(text))}'"
