"""The errors of the association, by who can fix them. Drift and judgements are values, not errors.

AssociationError
├── SettingsError       the operator: configuration or environment
├── CertificateError    whoever supplied the certificate file
└── GraphError          the tenant, its permissions, or the network
    └── SignInError     the identity that was to sign in
"""

from collections.abc import Sequence


class AssociationError(Exception):
    """One clear sentence (what, where, got / expected) and, apart from it, the next step.

    Errors never log, never exit, and never hold a token, a key or a secret.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Hold what went wrong and where, with what was found and expected, and what to do about it."""
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """The sentence, then the hint on a line of its own."""
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class SettingsError(AssociationError):
    """Settings are missing, wrong, or cannot be honoured."""

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[str] = ()) -> None:
        """Hold the sentence, and the problems one by one where there are several; by default the message and its hint."""
        super().__init__(message, hint=hint)
        self.problems = tuple(problems) or (str(self),)

    @classmethod
    def of_all(cls, problems: Sequence[str]) -> "SettingsError":
        """One error for every problem found, so that nobody fixes them one by one."""
        if len(problems) == 1:
            return cls(problems[0], problems=problems)
        lines = "\n".join("  - " + problem.replace("\n", "\n    ") for problem in problems)
        return cls(f"{len(problems)} problems:\n{lines}", problems=problems)


class CertificateError(AssociationError):
    """The bytes are not exactly one public certificate that can be used."""


class GraphError(AssociationError):
    """Microsoft Graph or the login service refused, or could not be reached."""

    def __init__(
        self, message: str, *, method: str, path: str, status: int, code: str = "", request_id: str = "", hint: str = ""
    ) -> None:
        """Hold what a support case needs.

        Args:
            message: The sentence.
            method: HTTP method.
            path: Path below the API version, without host.
            status: HTTP status; 0 when there was no answer.
            code: Graph's own error code, such as `Authorization_RequestDenied`.
            request_id: Graph's `request-id`; empty when there was no answer.
            hint: What to do about it.
        """
        super().__init__(message, hint=hint)
        self.method = method
        self.path = path
        self.status = status
        self.code = code
        self.request_id = request_id

    def with_hint(self, hint: str) -> "GraphError":
        """The same with another next step."""
        return GraphError(**vars(self) | {"hint": hint})


class SignInError(GraphError):
    """The login service, the pipeline or the Azure CLI gave this identity no token."""
