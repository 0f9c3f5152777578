"""Listings in pages, for what moto answers in one piece: the same rows, in as many calls as AWS would take."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from moto.core.utils import get_service_model

from collectors.aws.provider import specs
from simulators.aws import Fault, SimulatedAws
from simulators.aws.pages import LIMITS as LIMITED
from simulators.aws.pages import Pages, Paging, paging
from tests.simulators.clients import enter

# One of each protocol: the service, the operation, the rows of its answer.
LISTED = [
    ("iam", "get_account_authorization_details", "UserDetailList", {"Filter": ["User"]}),
    ("sqs", "list_queues", "QueueUrls", {}),
    ("ec2", "describe_subnets", "Subnets", {}),
    ("account", "list_regions", "Regions", {}),
    ("s3", "list_buckets", "Buckets", {}),
]


def rows(aws: SimulatedAws, service: str, method: str, name: str, params: dict[str, Any]) -> list[Any]:
    client = enter(aws, service)
    if client.can_paginate(method):
        return [row for page in client.get_paginator(method).paginate(**params) for row in page.get(name, ())]
    answer = getattr(client, method)(**params)
    found = list(answer.get(name, ()))
    while token := answer.get("NextToken"):
        answer = getattr(client, method)(**params, NextToken=token)
        found += answer[name]
    return found


@pytest.mark.parametrize(("service", "method", "name", "params"), LISTED)
def test_pages_hold_the_same_rows(aws: SimulatedAws, service: str, method: str, name: str, params: Any) -> None:
    whole = rows(aws, service, method, name, params)
    assert aws.calls.total() == 1
    aws.page = 1
    assert rows(aws, service, method, name, params) == whole
    assert aws.calls.total() == len(whole) > 1


def test_a_limit_of_the_caller_makes_pages_too(aws: SimulatedAws) -> None:
    answer = enter(aws, "iam").get_account_authorization_details(MaxItems=3)
    assert (answer["IsTruncated"], len(answer["UserDetailList"])) == (True, 3)


def test_a_page_can_be_asked_for_again_when_its_answer_was_lost(aws: SimulatedAws) -> None:
    aws.page = 1
    iam = enter(aws, "iam")
    following = {"Filter": ["User"], "Marker": iam.get_account_authorization_details(Filter=["User"])["Marker"]}
    lost = iam.get_account_authorization_details(**following)["UserDetailList"]
    aws.fault(Fault("iam:*", "error", times=1))
    with pytest.raises(ClientError):
        iam.get_account_authorization_details(**following)
    assert iam.get_account_authorization_details(**following)["UserDetailList"] == lost


def test_several_kinds_of_rows_share_a_page() -> None:
    how, pages = Paging("Marker", "Marker", "MaxItems", ("A", "B"), "IsTruncated"), Pages()
    whole = {"A": [1, 2, 3], "B": [4, 5], "IsTruncated": False}
    first = pages.page(whole, 0, 2, how)
    assert (first["A"], first["B"], first["IsTruncated"]) == ([1, 2], [], True)
    known = pages.known({"Marker": first["Marker"]}, how)
    assert known is not None
    second = pages.page(*known, 2, how)
    assert (second["A"], second["B"], second["IsTruncated"]) == ([3], [4], True)
    third = pages.page(*(pages.known({"Marker": second["Marker"]}, how) or ({}, 0)), 2, how)
    assert (third["A"], third["B"], third["IsTruncated"], "Marker" in third) == ([], [5], False, False)


LIMITS = {*LIMITED, "MaxBuckets", "PageSize", "ResourcesPerPage"}
WHOLE = {"list_delivery_streams"}  # goes on by name and not by a token; one page takes more than a region may have


def test_the_limits_of_specs_are_known_as_limits() -> None:
    """A listing whose limit the simulator took for something else would come in one piece, and be counted wrong."""
    for spec in specs():
        for call in spec.calls:
            asked, service = LIMITS & set(call.params), call.service or spec.api
            model = get_service_model(service)
            name = next(each for each in model.operation_names if xform_name(each) == call.operation)
            lists = any(each.type_name == "list" for each in model.operation_model(name).output_shape.members.values())
            if asked and lists and call.operation not in WHOLE:
                how = paging(service, name)
                assert how is not None, (spec.type, call.operation)
                assert {how.limit} == asked, (spec.type, call.operation)
