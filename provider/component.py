"""The component's side of the plugin: its schema, and its construction for programs in any language."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import pulumi
from pulumi import InputPropertyError
from pulumi.provider.experimental.component import ComponentProvider
from pulumi.provider.server import ComponentInitError, ProviderServicer

from association.arguments import SETTINGS, name_setting
from association.consent_arguments import CONSENT_ARGUMENTS
from association.contract import CONSENTED_APPLICATION, PACKAGE, SERVER_CONNECTION
from association.errors import AssociationError, SettingsError
from association.text import suggest
from components import ConsentedApplication, ServerConnection
from provider import VERSION

_INPUTS: Final[Mapping[str, Collection[str]]] = {
    SERVER_CONNECTION: tuple(SETTINGS),
    CONSENTED_APPLICATION: tuple(map(name_setting, CONSENT_ARGUMENTS)),
}
"""What each component takes."""


class Component(ProviderServicer):
    """Constructs the components; an error of ours keeps its words."""

    def __init__(self, engine_address: str) -> None:
        super().__init__(
            ComponentProvider([ServerConnection, ConsentedApplication], name=PACKAGE, version=VERSION),
            [],
            engine_address,
        )

    @property
    def schema(self) -> str:
        """The component's schema as JSON."""
        return str(self.provider.schema)

    async def Construct(self, request: Any, context: Any) -> Any:
        """Construct the component.

        Raises:
            SettingsError: The inputs are not those of the schema.
            Exception: Whatever the component's constructor raised.
        """
        known = _INPUTS.get(request.type, ())
        if unknown := [name for name in request.inputs if name not in known and not name.startswith("__")]:
            raise SettingsError.of_all([f"{name}: unknown input; {suggest(name, known)}" for name in unknown])
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
