"""Errors exactly as the login service words them.

Source: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes (checked 2026-11-24).
"""

import uuid
from collections.abc import Mapping

from sandbox.tenant.directory import Directory
from sandbox.tenant.store import Json

REFUSALS: Mapping[tuple[int, str], Mapping[int, str]] = {
    (400, "invalid_grant"): {
        53003: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
        501051: "Application '{client}'({name}) is not assigned to a role for the application '{resource}'({resource_name}).",
    },
    (400, "invalid_request"): {
        90002: "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.",
        900144: "The request body must contain the following parameter: '{name}'.",
    },
    (400, "invalid_resource"): {
        500011: "The resource principal named {audience} was not found in the tenant named Sandbox. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant.",
    },
    (400, "invalid_scope"): {
        1002012: "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).",
    },
    (400, "unauthorized_client"): {
        500014: "The service principal for resource '{resource}' is disabled. This indicate that a subscription within the tenant has lapsed, or that the administrator for this tenant has disabled the application, preventing tokens from being issued for it.",
        700016: "Application with identifier '{client}' was not found in the directory 'Sandbox'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
        7000112: "Application '{client}'({name}) is disabled.",
    },
    (400, "unsupported_grant_type"): {
        70003: "The app requested an unsupported grant type '{grant_type}'.",
    },
    (401, "invalid_client"): {
        50027: "JWT token is invalid or malformed.",
        700021: "Client assertion application identifier doesn't match 'client_id' parameter.",
        700023: "Client assertion audience claim does not match Realm issuer.",
        700024: "Client assertion is not within its valid time range.",
        700027: "{text}",
        700213: "No matching federated identity record found for presented assertion subject '{subject}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion.",
        7000215: "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client}'.",
        7000218: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        7000222: "The provided client secret keys for app '{client}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.",
    },
}
"""HTTP status and OAuth error to code to sentence."""


class LoginError(Exception):
    """A refusal of the token endpoint; whatever it refuses, at any depth, is raised as one."""

    def __init__(self, code: int, **values: object) -> None:
        self.code = code
        self.status, self.error = next(kind for kind, sentences in REFUSALS.items() if code in sentences)
        self.message = REFUSALS[self.status, self.error][code].format(**values)

    def body(self, directory: Directory) -> Json:
        trace, correlation = str(uuid.uuid4()), str(uuid.uuid4())
        timestamp = directory.clock().strftime("%Y-%m-%d %H:%M:%SZ")
        return {
            "error": self.error,
            "error_description": (
                f"AADSTS{self.code}: {self.message} Trace ID: {trace} Correlation ID: {correlation} "
                f"Timestamp: {timestamp}"
            ),
            "error_codes": [self.code],
            "timestamp": timestamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"{directory.url}/error?code={self.code}",
        }
