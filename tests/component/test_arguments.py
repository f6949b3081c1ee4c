"""Arguments of the component: what may be known later, and what is refused before anything is registered."""

from datetime import timedelta
from typing import Any, cast

import pulumi
import pytest

from association.errors import SettingsError
from components import ArgumentsError, ServerConnection, ServerConnectionArgs
from tests.component.association import (
    APPLICATION,
    GUARD,
    OWNER,
    PRINCIPAL,
    arguments,
    declare,
)
from tests.component.recorder import UNKNOWN, record
from tests.factories import certificate_pem


def test_an_unknown_guard_or_exception_is_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        declare(guard="maybe", exceptions=[{"finding": "secrets.x"}])
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        "guard",
        "exceptions[0]",
        "exceptions[0]",
    ]


OTHER = "a1000000-0000-4000-8000-000000000001"


def test_owners_may_be_outputs() -> None:
    """The obvious line: the deployer itself, as the azuread provider names it."""

    def program() -> None:
        deployer = pulumi.Output.from_input(OTHER.upper())
        ServerConnection(
            "mimecast", arguments(owners=[deployer, OWNER], display_name=pulumi.Output.from_input("Later"))
        )

    made = record(program)
    assert made.of_type(APPLICATION)[0].inputs["owners"] == [OWNER, OTHER]
    assert made.of_type(PRINCIPAL)[0].inputs["owners"] == [OWNER, OTHER]
    assert set(made.of_type(GUARD)[0].inputs["owners"]) == {OWNER, OTHER}
    assert made.of_type(APPLICATION)[0].inputs["displayName"] == "Later"


def test_owners_that_are_not_known_in_a_preview_are_unknown_and_nothing_else() -> None:
    made = declare(dry_run=True, owners=lambda: pulumi.Output.from_input(pulumi.output.UNKNOWN))
    assert made.of_type(APPLICATION)[0].inputs["displayName"] == "Mimecast O365 Server Connection"
    assert made.of_type(PRINCIPAL)[0].inputs["owners"] == UNKNOWN


@pytest.mark.parametrize(
    ("argument", "value", "problem"),
    [
        ("owners", ["me"], "owners: 'me' is not a valid object ID"),
        ("display_name", "Bob's", "displayName: .*apostrophe"),
        ("tenant_domain", "contoso", "tenantDomain: 'contoso' is not a domain name"),
    ],
)
def test_what_is_known_later_is_judged_later_with_the_same_sentence(argument: str, value: Any, problem: str) -> None:
    with pytest.raises(ArgumentsError, match=problem):
        declare(dry_run=False, **{argument: lambda: pulumi.Output.from_input(value)})


@pytest.mark.parametrize(
    ("argument", "value", "name"),
    [
        ("certificates", lambda: {"eu.pem": pulumi.Output.from_input("")}, "certificates"),
        ("permissions", lambda: pulumi.Output.from_input(["Mail.Read"]), "permissions"),
        ("guard", lambda: pulumi.Output.from_input("off"), "guard"),
        ("expiry_warning_days", lambda: pulumi.Output.from_input(1), "expiryWarningDays"),
        ("exceptions", lambda: [{"finding": pulumi.Output.from_input("a")}], "exceptions"),
    ],
)
def test_what_decides_about_resources_may_not_be_an_output(argument: str, value: Any, name: str) -> None:
    with pytest.raises(ArgumentsError, match=f"^{name}: got an Output, .* expected a plain value") as caught:
        declare(dry_run=False, **{argument: value})
    assert len(caught.value.problems) == 1


def test_an_unknown_argument_is_named_with_the_nearest_one() -> None:
    with pytest.raises(ArgumentsError) as caught:
        declare(displayName="x", certificate="y")
    assert caught.value.problems == (
        "displayName: unknown argument; did you mean 'display_name'?",
        "certificate: unknown argument; did you mean 'certificates'?",
    )


@pytest.mark.parametrize("certificates", ["text", ["text"], {"a": None}, 7])
def test_certificates_of_the_wrong_type_are_refused_without_showing_them(certificates: Any) -> None:
    with pytest.raises(
        ArgumentsError, match=r"^certificates: expected texts by name, got (str|list|dict|int);"
    ) as caught:
        declare(certificates=certificates)
    assert len(caught.value.problems) == 1


def test_arguments_without_certificates_say_where_to_put_one() -> None:
    with pytest.raises(ArgumentsError, match=r"put its file into certs/"):
        record(_without_certificates)


def _without_certificates() -> None:
    ServerConnection("mimecast", cast("ServerConnectionArgs", {"owners": [OWNER]}))


def test_wrong_arguments_in_somebodys_own_program_are_a_sentence_and_no_traceback() -> None:
    """Pulumi's language host shows the text of a RunError, and the traceback of everything else."""
    with pytest.raises(pulumi.RunError, match="guard: 'on' is unknown"):
        declare(guard="on")


def test_everything_wrong_is_said_at_once_and_nothing_is_registered() -> None:
    with pytest.raises(SettingsError) as caught:
        declare(
            certificates={
                "old.pem": certificate_pem("old", begins=timedelta(days=-9), ends=timedelta(days=-2)),
                "short.pem": certificate_pem("short", bits=1024),
                "nonsense.pem": "nothing",
            },
            display_name="Bob's",
            permissions=["Contoso/Mail.Read", "not a role"],
            owners=["me"],
            tenant_domain="contoso",
            expiry_warning_days=-1,
        )
    problems = caught.value.problems
    assert len(problems) == 9
    for place in (
        "displayName",
        "Contoso",
        "not a role",
        "owners",
        "tenantDomain",
        "expiryWarningDays",
        "old.pem",
        "short.pem",
        "nonsense.pem",
    ):
        assert sum(place in problem for problem in problems) >= 1, place


@pytest.mark.parametrize("name", ["", " Mimecast", "Mimecast\n", "x" * 121, "Mime\u202ecast"])
def test_a_display_name_that_the_tenant_would_show_wrongly_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="displayName"):
        declare(display_name=name or " ")


def test_no_certificate_at_all_says_where_to_put_one() -> None:
    with pytest.raises(SettingsError, match=r"put its file into certs/"):
        declare(certificates={})
