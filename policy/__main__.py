"""A policy pack: what a stack with a Mimecast association must look like, whoever writes its program.

`pulumi preview --policy-pack policy` and `pulumi up --policy-pack policy` refuse a stack that breaks a rule. Policies see only
what a stack declares; what stands beside it in the tenant is the guard's (docs/drift.md).
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    PolicyResource,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)

Report = Callable[..., None]
"""Takes a sentence, and the URN of the resource where a rule is about the whole stack."""

APPLICATION = "azuread:index/application:Application"
SECRETS = {
    "azuread:index/applicationPassword:ApplicationPassword",
    "azuread:index/servicePrincipalPassword:ServicePrincipalPassword",
}
CONNECTION = "mimecast-entra:index:ServerConnection"
CREDENTIAL = "mimecast-entra:index:CertificateCredential"
GRANT = "mimecast-entra:index:AppRoleAssignment"
GUARD = "mimecast-entra:index:AccessGuard"

SMALLEST_RSA_KEY = 2048
DEFAULT_ROLES = ["Office 365 Exchange Online/full_access_as_app"]


def single_tenant(args: ResourceValidationArgs, report: Report) -> None:
    """Accounts of other tenants must not sign in through the application."""
    if args.resource_type == APPLICATION and args.props.get("signInAudience") != "AzureADMyOrg":
        report(f"signInAudience is {args.props.get('signInAudience')!r}, expected 'AzureADMyOrg'")


def no_client_secret(args: ResourceValidationArgs, report: Report) -> None:
    """A secret can be copied without a trace; the vendor signs in with its certificate."""
    if args.resource_type in SECRETS or (args.resource_type == APPLICATION and args.props.get("password")):
        report("declares a client secret; expected certificates alone")


def strong_certificate(args: ResourceValidationArgs, report: Report) -> None:
    """A certificate must be valid today and hold a key that nobody computes."""
    if args.resource_type != CREDENTIAL:
        return
    certificate = x509.load_pem_x509_certificate(args.props["certificate"].encode())
    now, key = datetime.now(UTC), certificate.public_key()
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        report(
            f"valid from {certificate.not_valid_before_utc:%Y-%m-%d} to {certificate.not_valid_after_utc:%Y-%m-%d}, not today"
        )
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < SMALLEST_RSA_KEY:
            report(f"RSA key of {key.key_size} bits, expected at least {SMALLEST_RSA_KEY}")
    elif not isinstance(key, ec.EllipticCurvePublicKey):
        report(f"key is a {type(key).__name__}, expected RSA or an elliptic curve")


def allowed_roles(args: ResourceValidationArgs, report: Report) -> None:
    """An association must declare no other app role than the pack allows."""
    if args.resource_type != GUARD:
        return
    allowed = args.get_config().get("roles", DEFAULT_ROLES)
    for role in sorted(set(args.props.get("appRoles") or {}) - set(allowed)):
        report(f"declares the app role {role!r}, expected only {', '.join(map(repr, allowed))}")


def guarded(args: StackValidationArgs, report: Report) -> None:
    """Every association must have its guard, and every grant in the stack must be one that a guard declares."""
    guards = [one for one in args.resources if one.resource_type == GUARD]
    watched = {one.parent.urn for one in guards if one.parent}
    for resource in _of_type(args, CONNECTION):
        if resource.urn not in watched:
            report("has no AccessGuard: guard is 'off', expected 'report' or 'enforce'", resource.urn)
    declared = {ids for guard in guards for ids in (guard.props.get("appRoleIds") or {}).values()}
    for grant in _of_type(args, GRANT):
        ids = f"{grant.props.get('resourceObjectId')}/{grant.props.get('appRoleId')}"
        if ids not in declared:
            report("grants an app role that no guard declares", grant.urn)


def _of_type(args: StackValidationArgs, resource_type: str) -> Iterator[PolicyResource]:
    return (one for one in args.resources if one.resource_type == resource_type)


PolicyPack(
    "mimecast-entra",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy("single-tenant", single_tenant.__doc__ or "", single_tenant),
        ResourceValidationPolicy("no-client-secret", no_client_secret.__doc__ or "", no_client_secret),
        ResourceValidationPolicy("strong-certificate", strong_certificate.__doc__ or "", strong_certificate),
        ResourceValidationPolicy(
            "allowed-roles",
            allowed_roles.__doc__ or "",
            allowed_roles,
            config_schema=PolicyConfigSchema(
                properties={"roles": {"type": "array", "items": {"type": "string"}, "default": DEFAULT_ROLES}}
            ),
        ),
        StackValidationPolicy("guarded", guarded.__doc__ or "", guarded),
    ],
)
