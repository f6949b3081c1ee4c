"""The three functions: `getClientConfig`, `getServicePrincipal`, `getDomains`.

Requests: observed with terraform-provider-azuread 3.9.
"""

from collections.abc import Callable

from sandbox.azuread.graph import Graph, Json, Session
from sandbox.azuread.problems import ProviderError, doing
from sandbox.azuread.schema import Values
from sandbox.azuread.service_principal import read_service_principal

_TIMEOUT = 5 * 60
_DOMAIN_FILTERS = {
    "adminManaged": "isAdminManaged",
    "onlyDefault": "isDefault",
    "onlyInitial": "isInitial",
    "onlyRoot": "isRoot",
}
_DOMAIN_FIELDS = {
    "adminManaged": "isAdminManaged",
    "default": "isDefault",
    "initial": "isInitial",
    "root": "isRoot",
    "verified": "isVerified",
}


def get_client_config(session: Session, arguments: Values) -> Values:
    tenant_id, client_id = session.settings.tenant_id, session.settings.client_id
    return {
        "clientId": client_id,
        "id": f"{tenant_id}-{client_id}-{session.caller_object_id}",
        "objectId": session.caller_object_id,
        "tenantId": tenant_id,
    }


def get_service_principal(session: Session, arguments: Values) -> Values:
    """One service principal, by exactly one of `objectId`, `clientId` and `displayName`."""
    graph = session.within(_TIMEOUT)
    principal = _find_service_principal(graph, {name: value for name, value in arguments.items() if value})
    settings = principal.get("samlSingleSignOnSettings")
    return read_service_principal(graph, principal) | {
        "id": f"/servicePrincipals/{principal['id']}",
        "samlSingleSignOns": [] if settings is None else [{"relayState": settings.get("relayState") or ""}],
    }


def _find_service_principal(graph: Graph, arguments: Values) -> Json:
    filters = {"clientId": "appId", "displayName": "displayName"}
    if len(arguments) != 1 or not arguments.keys() <= {"objectId", *filters}:
        raise ProviderError("one of `client_id,display_name,object_id` must be specified")
    ((name, value),) = arguments.items()
    if name == "objectId":
        with doing(f"retrieving service principal {value}", path="object_id"):
            return graph.get(f"/servicePrincipals/{value}")
    # quotes in the value are not doubled, as the official plugin does not double them
    found = graph.list_all("/servicePrincipals", {"$filter": f"{filters[name]} eq '{value}'"})
    if not found:
        raise ProviderError(f"No service principal found for {filters[name]}: {value!r}")
    if len(found) > 1:
        raise ProviderError(f"Found {len(found)} service principals for {filters[name]}: {value!r}, expected one")
    return found[0]


def get_domains(session: Session, arguments: Values) -> Values:
    """The tenant's domains, of the kinds asked for; that there is none is an error."""
    wanted = {field for name, field in _DOMAIN_FILTERS.items() if arguments.get(name)}
    if not arguments.get("includeUnverified"):
        wanted.add("isVerified")
    services = set(arguments.get("supportsServices") or [])
    domains = [
        _read_domain(domain)
        for domain in session.within(_TIMEOUT).list_all("/domains")
        if all(domain.get(field) for field in wanted) and services <= set(domain.get("supportedServices") or [])
    ]
    if not domains:
        raise ProviderError("No domains were returned for the provided filters")
    return {**arguments, "domains": domains, "id": f"domains-{session.settings.tenant_id}"}


def _read_domain(domain: Json) -> Values:
    return {
        "authenticationType": domain.get("authenticationType") or "",
        "domainName": domain["id"],
        "supportedServices": domain.get("supportedServices") or [],
        **{name: bool(domain.get(field)) for name, field in _DOMAIN_FIELDS.items()},
    }


FUNCTIONS: dict[str, Callable[[Session, Values], Values]] = {
    "azuread:index/getClientConfig:getClientConfig": get_client_config,
    "azuread:index/getDomains:getDomains": get_domains,
    "azuread:index/getServicePrincipal:getServicePrincipal": get_service_principal,
}
