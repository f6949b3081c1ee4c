"""The errors of the stand-in plugin: whatever cannot be done ends in a ProviderError."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus


class ProviderError(Exception):
    """One sentence for the user, worded as azuread words it; it holds no secret and no token."""

    def __init__(self, summary: str, *, path: str = "") -> None:
        """Hold the sentence, and Terraform's name of the argument at fault, such as `id`."""
        super().__init__(summary)
        self.summary = summary
        self.path = path

    def listed(self) -> str:
        """The text as Terraform lists errors, which ends with an empty line."""
        where = f"[{self.path}] " if self.path else ""
        return f"1 error occurred:\n\t* {where}{self.summary}\n\n"


class GraphError(ProviderError):
    """Microsoft Graph refused a request."""

    def __init__(self, status: int, code: str, message: str) -> None:
        """Hold the status and Graph's own words, each empty when the answer had none."""
        words = HTTPStatus(status).phrase if status in list(HTTPStatus) else "unknown"
        detail = f" with error: {code}: {message}" if code else ""
        super().__init__(f"unexpected status {status} ({status} {words}){detail}")
        self.status = status
        self.message = message

    @property
    def is_not_found(self) -> bool:
        """Whether the object does not exist, or not yet."""
        return self.status == HTTPStatus.NOT_FOUND


@contextmanager
def doing(what: str, *, path: str = "") -> Iterator[None]:
    """Let Graph's refusal begin with what was being done, and name the argument at fault."""
    try:
        yield
    except GraphError as error:
        raise ProviderError(f"{what}: {error}", path=path) from None


def already_exists(terraform_type: str, resource_id: str) -> ProviderError:
    """The error for an object that is there and not in the state."""
    return ProviderError(
        f'A resource with the ID "{resource_id}" already exists: {_to_import(terraform_type)}', path="id"
    )


def duplicate_name(terraform_type: str, object_id: str, name: str) -> ProviderError:
    return ProviderError(
        f'An existing "{terraform_type}" with name "{name}" (ID: "{object_id}") was found and '
        f"`prevent_duplicate_names` was specified. {_to_import(terraform_type)}"
    )


def _to_import(terraform_type: str) -> str:
    return (
        "To be managed via Terraform, this resource needs to be imported into the State. "
        f'Please see the resource documentation for "{terraform_type}" for more information.'
    )
