"""One examination: what this machine knows, then the sign-in, then two round trips to the tenant; the rest meanwhile."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from association.doctor import deployer_checks, machine, tenant_checks
from association.doctor.configuration import Configuration, check_certificates, check_settings, read_configuration
from association.doctor.facts import Facts, read_facts
from association.doctor.model import Check, Diagnosis, Line, bad, check, unknown
from association.errors import AssociationError, GraphError, SettingsError, SignInError
from association.graph.client import GraphClient
from association.graph.cloud import CLOUDS, GLOBAL, Cloud
from association.graph.deployer import read_deployer
from association.graph.identity import Identity, choose_identity
from association.graph.login import Tokens
from association.graph.patience import Patience
from association.graph.setting_values import find_unusable_files
from association.stack import Stack

PATIENCE: Final = 15.0
"""Seconds for a request and its repetitions: whoever asks the doctor waits for the answer."""
_REFUSED: Final = frozenset({401, 403})
_NOBODY: Final = "nobody is signed in"

_OF_THE_TENANT: Final = {
    "tenant": "Tenant and cloud",
    "permissions": "Permissions",
    "owners": "Owners",
    "exchangeOnline": "Exchange Online",
    "credentialPolicy": "Credential policy",
    "name": "Name",
    "sameCertificate": "Same certificate",
    "licences": "Licences",
}
"""Checks that need the tenant, in their order: id to title."""


def examine(stack: Stack, environment: Mapping[str, str]) -> Diagnosis:
    """Check everything, as the identity that will deploy.

    Args:
        stack: Whose settings.
        environment: Environment variables.
    """
    declared, now = read_configuration(stack), datetime.now(UTC)
    with ThreadPoolExecutor(max_workers=2) as beside:
        engine = beside.submit(machine.read_engine_version, environment)
        identity, problem = _choose(stack, environment)
        signed_in = (
            list(_examine_tenant(declared, identity, beside)) if identity else [_not_signed_in(problem), *_skip()]
        )
        cloud = identity.cloud if identity else CLOUDS.get(environment.get("ARM_ENVIRONMENT", ""), GLOBAL)
        local = [
            check("settings", "Settings", check_settings(declared)),
            check("certificates", "Certificates", check_certificates(declared, now)),
        ]
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


def _skip() -> Iterator[Check]:
    for id_, title in {**_OF_THE_TENANT, "clock": "Clock"}.items():
        yield check(id_, title, [unknown(_NOBODY)])


def _examine_tenant(declared: Configuration, identity: Identity, beside: ThreadPoolExecutor) -> Iterator[Check]:
    patience = Patience(PATIENCE)
    tokens = Tokens(identity, patience)
    clock = beside.submit(_read_skew, tokens)
    try:
        claims = tokens.claims()
    except AssociationError as error:
        refused = isinstance(error, SignInError | SettingsError)
        yield check("signIn", "Sign-in", [bad(error.message, error.hint, permission=refused)])
        yield from (check(id_, title, [unknown(_NOBODY)]) for id_, title in _OF_THE_TENANT.items())
    else:
        yield check("signIn", "Sign-in", deployer_checks.check_sign_in(identity, claims))
        yield from _check_tenant(declared, identity, tokens, claims, patience)
    yield check("clock", "Clock", _check_clock(clock))


def _check_tenant(
    declared: Configuration, identity: Identity, tokens: Tokens, claims: Mapping[str, Any], patience: Patience
) -> Iterator[Check]:
    graph = GraphClient(tokens, verify=identity.verify, patience=patience)
    deployer = read_deployer(claims)
    try:
        facts = read_facts(graph, declared, deployer)
    except GraphError as error:
        line = bad(f"the tenant could not be read: {error.message}", error.hint, permission=error.status in _REFUSED)
        yield from (check(id_, title, [line]) for id_, title in _OF_THE_TENANT.items())
        return
    cloud = Cloud(**{**vars(identity.cloud), "graph": tokens.base_url()})
    lines: dict[str, Callable[[], Iterable[Line]]] = {
        "tenant": lambda: deployer_checks.check_tenant(declared, facts, deployer, cloud),
        "permissions": lambda: deployer_checks.check_permissions(declared, facts, deployer),
        "owners": lambda: deployer_checks.check_owners(declared, facts, deployer),
        **_of_facts(declared, facts),
    }
    yield from (check(id_, title, lines[id_]()) for id_, title in _OF_THE_TENANT.items())


def _of_facts(declared: Configuration, facts: Facts) -> dict[str, Callable[[], Iterable[Line]]]:
    return {
        "exchangeOnline": lambda: tenant_checks.check_exchange(declared, facts),
        "credentialPolicy": lambda: tenant_checks.check_policy(declared, facts),
        "name": lambda: tenant_checks.check_name(declared, facts),
        "sameCertificate": lambda: tenant_checks.check_same_certificate(facts),
        "licences": lambda: tenant_checks.check_licences(facts),
    }


def _read_skew(tokens: Tokens) -> timedelta | None:
    theirs = tokens.read_clock()
    return datetime.now(UTC) - theirs if theirs else None


def _check_clock(skew: "Future[timedelta | None]") -> list[Line]:
    try:
        return list(machine.check_clock(skew.result(), "its answer has no date"))
    except AssociationError as error:
        return list(machine.check_clock(None, error.message))
