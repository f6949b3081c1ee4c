"""What a person can do about a failure of an azuread resource; the provider's own texts name neither permission nor next step."""

import re
from dataclasses import dataclass
from typing import Final

import pulumi

APPLICATION: Final = "azuread:index/application:Application"
SERVICE_PRINCIPAL: Final = "azuread:index/servicePrincipal:ServicePrincipal"

_KEPT: Final = "What was made so far is in the state; the next `pulumi up` completes it."


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One failure that people meet, and the way out of it."""

    type: str
    """Type token of the resource."""
    pattern: re.Pattern[str]
    """Found in the provider's error."""
    advice: str
    """One or more sentences; `{tag}` stands for the application's tag, `{name}` for the pattern's group of that name, `{0}` for
    the permissions that the first of the requests needs."""
    requests: tuple[tuple[str, str], ...] = ()
    """Method and path."""


_OWNERS: Final = (
    "the owners could not all be set, and the azuread provider records them all the same. Adding an owner other than the deployer needs the "
    "Microsoft Graph permissions {0}. Then run `pulumi up --refresh`."
)

FAILURES: Final = (
    *(
        Failure(
            type=type_,
            pattern=re.compile(r"Could not (add|remove) owners"),
            advice=_OWNERS,
            requests=(("POST", "/applications/{id}/owners/$ref"),),
        )
        for type_ in (APPLICATION, SERVICE_PRINCIPAL)
    ),
    Failure(
        type=APPLICATION,
        pattern=re.compile(r"\(ID: \"(?P<id>[0-9a-f-]{36})\"\) was found and `prevent_duplicate_names`"),
        advice=(
            "an application with this name already exists. If an interrupted run of this stack left it, remove it with "
            "`python -m association orphans --tag {tag} --remove {id}` (which refuses any other one) and run `pulumi up` again. If it was made by "
            "hand and works, adopt it with `pulumi import` (README, section Adopting). Otherwise choose another name with "
            "`pulumi config set displayName`."
        ),
    ),
    Failure(
        type=APPLICATION,
        pattern=re.compile(r"Authorization_RequestDenied|\b403\b"),
        advice=(
            "the deployer may not create or change this application. Creating needs the Microsoft Graph permission "
            "{0}. Changing needs {1}; the deployer owns it when its object ID is in the setting `owners`."
        ),
        requests=(("POST", "/applications"), ("PATCH", "/applications/{id}")),
    ),
    Failure(
        type=SERVICE_PRINCIPAL,
        pattern=re.compile(r"replicated|Request_ResourceNotFound|\b404\b"),
        advice=f"the directory has not yet copied the new object to all of its servers; that takes seconds, rarely minutes. {_KEPT}",
    ),
    Failure(
        type=SERVICE_PRINCIPAL,
        pattern=re.compile(r"Authorization_RequestDenied|\b403\b"),
        advice=(
            "the deployer may not create or change this service principal. That needs the Microsoft Graph permission "
            "{0}; the deployer owns it when its object ID is in the setting `owners`."
        ),
        requests=(("POST", "/servicePrincipals"),),
    ),
)


def find_advice(type_token: str, errors: list[str], *, tag: str) -> str | None:
    """The way out of the newest of these errors, or None where there is none to give."""
    text = "\n".join(errors)
    for failure in FAILURES:
        if failure.type == type_token and (found := failure.pattern.search(text)):
            from association.graph.failures import name_permission

            permissions = (name_permission(*request) for request in failure.requests)
            return failure.advice.format(*permissions, tag=tag, **found.groupdict())
    return None


def explaining_hook(component: pulumi.ComponentResource, name: str, *, tag: str) -> pulumi.ErrorHook:
    """A hook that says what to do about a failed child of the component, and lets it fail."""

    def explain(args: pulumi.ErrorHookArgs) -> bool:
        if advice := find_advice(args.type, args.errors, tag=tag):
            pulumi.error(f"{args.name}: {advice}", resource=component)
        return False

    return pulumi.ErrorHook(f"{name}-explain-failure", explain)
