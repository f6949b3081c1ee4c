"""The administrator's desk: Set-OrganizationConfig changes what it names and nothing else."""

from typing import Any

import pytest
import requests

from tests.exchange.server import CLIENT_ID, Exchange


def set_organization(exchange: Exchange, body: Any) -> requests.Response:
    url = f"{exchange.url}/sandbox/exchange/organization"
    return requests.post(url, json=body, verify=str(exchange.ca_file), timeout=10)


def test_the_list_is_written_whole_and_the_rest_stays(exchange: Exchange) -> None:
    other = "CC15FD57-2C6C-4117-A88C-83B1D56B4BBE"
    answer = set_organization(exchange, {"EwsAllowedAppIDs": f"{CLIENT_ID}, {other}"})
    assert answer.json()["EwsAllowedAppIDs"] == f"{CLIENT_ID},{other.lower()}"
    assert answer.json()["EwsEnabled"] is True
    assert exchange.call().status_code == 200


def test_a_change_counts_for_the_next_call(exchange: Exchange) -> None:
    assert exchange.call().status_code == 200
    set_organization(exchange, {"EwsAllowedAppIDs": ""})
    assert exchange.call().status_code == 403
    set_organization(exchange, {"EwsAllowedAppIDs": None})
    assert exchange.call().status_code == 200


def test_what_is_read_can_be_written_back(exchange: Exchange) -> None:
    url = f"{exchange.url}/sandbox/exchange/organization"
    set_organization(exchange, {"EwsApplicationAccessPolicy": "EnforceBlockList", "EwsBlockList": ["OWA/*"]})
    switch = {"RetrieveEwsOperationAccessPolicy": "true"}
    read = requests.get(url, params=switch, verify=str(exchange.ca_file), timeout=10).json()
    before = exchange.organization
    assert set_organization(exchange, read).json() == read
    assert exchange.organization == before


def test_without_its_switch_the_list_reads_as_empty(exchange: Exchange) -> None:
    url = f"{exchange.url}/sandbox/exchange/organization"
    assert requests.get(url, verify=str(exchange.ca_file), timeout=10).json()["EwsAllowedAppIDs"] == ""


@pytest.mark.parametrize(
    "body", [{"EwsAllowedAppIds": ""}, {"EwsEnabled": "true"}, {"EwsAllowList": "OWA/*"}, {"EwsBlockList": [1]}, []]
)
def test_a_parameter_that_exchange_does_not_take_changes_nothing(exchange: Exchange, body: Any) -> None:
    before = exchange.organization
    assert set_organization(exchange, body).status_code == 400
    assert exchange.organization == before
