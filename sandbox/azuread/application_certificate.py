"""`azuread.ApplicationCertificate`: which requests add, find and remove a certificate of an application.

There is no update: a change of any input replaces. Order and waits: observed with terraform-provider-azuread 3.9.
"""

import base64
import threading
import uuid
from collections import defaultdict

from sandbox.azuread.graph import Graph, Json
from sandbox.azuread.problems import already_exists, doing
from sandbox.azuread.resource import Change, Created, Resource, read_id
from sandbox.azuread.schema import Values
from sandbox.azuread.tables import APPLICATION_CERTIFICATE

_TYPE = {"@odata.type": "#microsoft.graph.application"}
_POLL_INTERVAL = 1.0
_GONE_INTERVAL = 5.0


class ApplicationCertificate(Resource):
    """One entry of an application's `keyCredentials`."""

    schema = APPLICATION_CERTIFICATE

    def __init__(self) -> None:
        """One writer at a time for each application: every write sends the whole list."""
        self._writing: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def create(self, graph: Graph, change: Change) -> Created:
        """Add it; afterwards wait four seconds, until it has been there five times in a row."""
        object_id = str(change.wanted("applicationId")).rpartition("/")[2]
        key_id = change.wanted("keyId") or str(uuid.uuid4())
        resource_id = f"{object_id}/certificate/{key_id}"
        added = {
            "endDateTime": change.wanted("endDate"),
            "key": base64.b64encode(change.wanted("value").encode()).decode(),
            "keyId": key_id,
            "startDateTime": change.wanted("startDate"),
            "type": change.wanted("type"),
            "usage": "Verify",
        }
        with self._writing[object_id]:
            present = _credentials(graph, object_id)
            if _find(present, key_id):
                raise already_exists("azuread_application_certificate", resource_id)
            new = {name: value for name, value in added.items() if value is not None}
            _write(graph, object_id, [*present, new])

        def finish() -> None:
            graph.wait_until(lambda: bool(_find(_credentials(graph, object_id), key_id)), _POLL_INTERVAL)

        return Created(resource_id=resource_id, finish=finish)

    def read(self, graph: Graph, resource_id: str, state: Values) -> Values | None:
        """What Graph tells of it; the certificate itself is what the state says."""
        object_id, key_id = _ids(resource_id)
        found = _find(_credentials(graph, object_id), key_id)
        return found and {
            "applicationId": f"/applications/{object_id}",
            "encoding": state.get("encoding"),
            "endDate": found["endDateTime"],
            "endDateRelative": None,
            "keyId": found["keyId"],
            "startDate": found["startDateTime"],
            "type": found["type"],
            "value": state.get("value"),
        }

    def delete(self, graph: Graph, resource_id: str, state: Values) -> None:
        """Remove it and wait 20 seconds, until it has been gone five times in a row."""
        object_id, key_id = _ids(resource_id)
        with self._writing[object_id]:
            present = _credentials(graph, object_id)
            _write(graph, object_id, [credential for credential in present if credential["keyId"] != key_id])
        graph.wait_until(lambda: not _find(_credentials(graph, object_id), key_id), _GONE_INTERVAL)


def _ids(resource_id: str) -> tuple[str, str]:
    """Object ID of the application, and key ID."""
    shape = "<application object id>/certificate/<key id>"
    object_id, _, key_id = read_id(resource_id, shape=shape, what="an application certificate").split("/")
    return object_id, key_id


def _credentials(graph: Graph, object_id: str) -> list[Json]:
    with doing(f'Retrieving Application (Application: "{object_id}")', path="application_id"):
        found: list[Json] = graph.get(f"/applications/{object_id}")["keyCredentials"]
    return found


def _find(credentials: list[Json], key_id: str) -> Json | None:
    return next((credential for credential in credentials if credential["keyId"] == key_id), None)


def _write(graph: Graph, object_id: str, credentials: list[Json]) -> None:
    with doing(f'Updating certificates of Application (Application: "{object_id}")'):
        graph.patch(f"/applications/{object_id}", {**_TYPE, "id": object_id, "keyCredentials": credentials})
