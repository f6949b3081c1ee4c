"""The component's side of the plugin: its schema, and its construction for programs in any language."""

from typing import Any

import pulumi
from pulumi import InputPropertyError
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError, ProviderServicer

from association.arguments import SETTINGS
from association.contract import PACKAGE
from association.errors import AssociationError, SettingsError
from association.text import suggest
from components import ServerConnection
from provider import VERSION


class Component(ProviderServicer):
    """Constructs `ServerConnection`; an error of ours keeps its words."""

    def __init__(self, engine_address: str) -> None:
        """Analyze the component."""
        super().__init__(ComponentProvider([ServerConnection], name=PACKAGE, version=VERSION), [], engine_address)

    @property
    def schema(self) -> str:
        """The component's schema as JSON."""
        return str(self.provider.schema)

    async def Construct(self, request: Any, context: Any) -> Any:  # noqa: N802 - the gRPC service's name
        """Construct the component.

        Raises:
            SettingsError: The inputs are not those of the schema.
            Exception: Whatever the component's constructor raised.
        """
        if unknown := [name for name in request.inputs if name not in SETTINGS and not name.startswith("__")]:
            raise SettingsError.of_all([f"{name}: unknown input; {suggest(name, SETTINGS)}" for name in unknown])
        try:
            return await self._construct(request, context)
        except ComponentInitError as error:
            raise _in_our_words(error.inner) from error
        except InputPropertyError as error:
            raise SettingsError(error.reason) from error
        except pulumi.RunError as error:
            raise _in_our_words(error) from error


def _in_our_words(error: Exception) -> Exception:
    """A `RunError` is a sentence for the user, and not a mistake of ours."""
    if isinstance(error, pulumi.RunError) and not isinstance(error, AssociationError):
        return AssociationError(str(error))
    return error
