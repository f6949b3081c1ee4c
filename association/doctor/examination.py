"""One examination: what this machine knows, then the sign-in, then two round trips to the tenant; the rest meanwhile."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from association.doctor import deployer_checks, machine, tenant_checks
from association.doctor.configuration import Configuration, ConsentConfiguration, check_certificates, check_settings
from association.doctor.facts import ConsentFacts, Facts, read_consent_facts, read_facts
from association.doctor.model import Check, Diagnosis, Line, bad, check, unknown
from association.doctor.permission_checks import check_permissions
from association.errors import AssociationError, GraphError, SettingsError, SignInError
from association.graph.client import GraphClient
from association.graph.cloud import CLOUDS, GLOBAL, Cloud
from association.graph.deployer import Deployer, read_deployer
from association.graph.identity import Identity, choose_identity
from association.graph.login import Tokens
from association.graph.patience import Patience
from association.graph.setting_values import find_unusable_files
from association.guard.access_path import Whose
from association.stack import Stack

PATIENCE: Final = 15.0
"""Seconds for a request and its repetitions: whoever asks the doctor waits for the answer."""
_REFUSED: Final = frozenset({401, 403})
_NOBODY: Final = "nobody is signed in"

_TITLES: Final = {
    "tenant": "Tenant and cloud",
    "permissions": "Permissions",
    "owners": "Owners",
    "publisher": "Publisher",
    "exchangeOnline": "Exchange Online",
    "credentialPolicy": "Credential policy",
    "name": "Name",
    "sameCertificate": "Same certificate",
    "licences": "Licences",
}
"""Checks that need the tenant, in their order: id to title."""
_ONLY: Final = {
    "publisher": Whose.VENDOR,
    **dict.fromkeys(("credentialPolicy", "name", "sameCertificate"), Whose.OWN),
}
"""Those that one kind of stack has."""

AnyDeclared = Configuration | ConsentConfiguration


def examine(declared: AnyDeclared, environment: Mapping[str, str]) -> Diagnosis:
    """Check everything, as the identity that will deploy."""
    stack, now = declared.stack, datetime.now(UTC)
    with ThreadPoolExecutor(max_workers=2) as beside:
        engine = beside.submit(machine.read_engine_version, environment)
        identity, problem = _choose(stack, environment)
        signed_in = (
            list(_examine_tenant(declared, identity, beside))
            if identity
            else [_not_signed_in(problem), *_skip(declared), check("clock", "Clock", [unknown(_NOBODY)])]
        )
        cloud = identity.cloud if identity else CLOUDS.get(environment.get("ARM_ENVIRONMENT", ""), GLOBAL)
        local = [check("settings", "Settings", check_settings(declared))]
        if isinstance(declared, Configuration):
            local.append(check("certificates", "Certificates", check_certificates(declared, now)))
        after = [
            check("versions", "Versions", machine.check_versions(stack, engine.result(), environment)),
            check("ews", "EWS", machine.check_ews(declared, cloud, now)),
        ]
    return Diagnosis(project=stack.project, stack=stack.name, checks=(*local, *signed_in, *after))


def _choose(stack: Stack, environment: Mapping[str, str]) -> tuple[Identity | None, SettingsError | None]:
    """Who signs in; nobody where the azuread provider could not, as it reads its files less kindly."""
    try:
        inputs = stack.provider_inputs(environment)
        identity = choose_identity(inputs, environment)
        if unusable := find_unusable_files(inputs, environment):
            raise SettingsError.of_all(unusable)
    except SettingsError as error:
        return None, error
    return identity, None


def _not_signed_in(problem: SettingsError | None) -> Check:
    reasons = problem.problems if problem else ()
    return check("signIn", "Sign-in", [bad(reason, permission=True) for reason in reasons])


def _titles(declared: AnyDeclared) -> dict[str, str]:
    return {id_: title for id_, title in _TITLES.items() if _ONLY.get(id_, declared.whose) is declared.whose}


def _skip(declared: AnyDeclared) -> Iterator[Check]:
    yield from (check(id_, title, [unknown(_NOBODY)]) for id_, title in _titles(declared).items())


def _examine_tenant(declared: AnyDeclared, identity: Identity, beside: ThreadPoolExecutor) -> Iterator[Check]:
    patience = Patience(PATIENCE)
    tokens = Tokens(identity, patience)
    clock = beside.submit(_read_skew, tokens)
    try:
        claims = tokens.claims()
    except AssociationError as error:
        refused = isinstance(error, SignInError | SettingsError)
        yield check("signIn", "Sign-in", [bad(error.message, error.hint, permission=refused)])
        yield from _skip(declared)
    else:
        yield check("signIn", "Sign-in", deployer_checks.check_sign_in(identity, claims))
        yield from _check_tenant(declared, identity, tokens, claims, patience)
    yield check("clock", "Clock", _check_clock(clock))


def _check_tenant(
    declared: AnyDeclared, identity: Identity, tokens: Tokens, claims: Mapping[str, Any], patience: Patience
) -> Iterator[Check]:
    graph = GraphClient(tokens, verify=identity.verify, patience=patience)
    deployer = read_deployer(claims)
    cloud = Cloud(**{**vars(identity.cloud), "graph": tokens.base_url()})
    try:
        lines = _ask(graph, declared, deployer, cloud)
    except GraphError as error:
        line = bad(f"the tenant could not be read: {error.message}", error.hint, permission=error.status in _REFUSED)
        yield from (check(id_, title, [line]) for id_, title in _titles(declared).items())
        return
    yield from (check(id_, title, lines[id_]) for id_, title in _titles(declared).items())


def _ask(graph: GraphClient, declared: AnyDeclared, deployer: Deployer, cloud: Cloud) -> dict[str, Iterable[Line]]:
    """The lines of every check, not yet made."""
    facts: Facts | ConsentFacts
    if isinstance(declared, Configuration):
        facts = read_facts(graph, declared, deployer)
        lines = {
            "credentialPolicy": tenant_checks.check_policy(declared, facts),
            "name": tenant_checks.check_name(declared, facts),
            "sameCertificate": tenant_checks.check_same_certificate(facts),
        }
    else:
        facts = read_consent_facts(graph, declared, deployer)
        lines = {"publisher": tenant_checks.check_publisher(declared, facts, deployer.tenant_id)}
    return {
        "tenant": deployer_checks.check_tenant(declared, facts, deployer, cloud),
        "permissions": check_permissions(declared, facts, deployer),
        "owners": deployer_checks.check_owners(declared, facts, deployer),
        "exchangeOnline": tenant_checks.check_exchange(declared, facts),
        "licences": tenant_checks.check_licences(facts),
        **lines,
    }


def _read_skew(tokens: Tokens) -> timedelta | None:
    theirs = tokens.read_clock()
    return datetime.now(UTC) - theirs if theirs else None


def _check_clock(skew: "Future[timedelta | None]") -> list[Line]:
    try:
        return list(machine.check_clock(skew.result(), "its answer has no date"))
    except AssociationError as error:
        return list(machine.check_clock(None, error.message))
