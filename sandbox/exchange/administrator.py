"""Get- and Set-OrganizationConfig without PowerShell, for the Exchange administrator.

Anybody on this machine may call it: the sandbox has no Exchange administrators. The path is one that the real service does not have, so that nothing written against it runs against a real tenant.
"""

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.exchange.organization import (
    Organization,
    OrganizationError,
    describe_organization,
    set_organization_config,
)

ORGANIZATION_PATH = "/sandbox/exchange/organization"
RETRIEVE_APP_IDS = "RetrieveEwsOperationAccessPolicy"
"""Query parameter; the switch of Get-OrganizationConfig without which the list of client ids reads as empty."""


def administrator_routes(
    *, organization: Callable[[], Organization], replace_organization: Callable[[Organization], None]
) -> list[Route]:
    """GET (`Get-OrganizationConfig`) and POST (`Set-OrganizationConfig`) of the organization's switches."""

    async def get(request: Request) -> Response:
        with_app_ids = RETRIEVE_APP_IDS in request.query_params
        return JSONResponse(describe_organization(organization(), with_app_ids=with_app_ids))

    async def post(request: Request) -> Response:
        try:
            parameters = json.loads(await request.body())
            if not isinstance(parameters, dict):
                return JSONResponse({"error": "expected one JSON object of parameters"}, status_code=400)
            changed = set_organization_config(organization(), parameters)
        except (json.JSONDecodeError, UnicodeDecodeError, OrganizationError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        replace_organization(changed)
        return JSONResponse(describe_organization(changed))

    return [Route(ORGANIZATION_PATH, get, methods=["GET"]), Route(ORGANIZATION_PATH, post, methods=["POST"])]
