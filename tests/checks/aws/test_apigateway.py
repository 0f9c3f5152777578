"""Policies of REST APIs, as API Gateway tells them."""

from __future__ import annotations

import json

import pytest

from checks.aws.apigateway import document
from scanner.model import UnreadError
from tests.cases import resource
from tests.checks.aws.policies import OWN

TOLD = json.dumps(OWN)


@pytest.mark.parametrize("told", [TOLD, json.dumps(TOLD)[1:-1]])
def test_a_policy_is_read_with_its_quotes_escaped_or_not(told: str) -> None:
    assert document(resource("aws.apigateway.rest_api", item={"policy": told})) == OWN


@pytest.mark.parametrize("told", [None, ""])
def test_no_policy_is_none(told: str | None) -> None:
    assert document(resource("aws.apigateway.rest_api", item={"policy": told})) is None


@pytest.mark.parametrize("told", ["{", '{\\"', "[]"])
def test_what_is_no_policy_is_unread(told: str) -> None:
    with pytest.raises(UnreadError):
        document(resource("aws.apigateway.rest_api", item={"policy": told}))
