"""Whether a resource policy refuses who comes without TLS."""
# ruff: noqa: E501 -- a known policy is one row of a table

from __future__ import annotations

from typing import Any

import pytest

from checks.aws.transport import refuses_plain_http
from tests.checks.aws.policies import INSECURE, THEM, US, WHOLE_BUCKET, allow, aws, deny, document

PLAIN: list[tuple[str, list[Any], bool]] = [
    ("the documented one", [deny("*", INSECURE, "s3:*", WHOLE_BUCKET)], True),
    ("JSON's own false", [deny("*", {"Bool": {"AWS:secureTransport": False}}, "s3:*", WHOLE_BUCKET)], True),
    ("everyone with an account", [deny(aws("*"), INSECURE, "s3:*", WHOLE_BUCKET)], True),
    ("in two statements", [deny("*", INSECURE, "s3:*", WHOLE_BUCKET[0]), deny("*", INSECURE, "s3:*", WHOLE_BUCKET[1])], True),
    ("one queue", [deny("*", INSECURE, "sqs:*", f"arn:aws:sqs:eu-west-1:{US}:q")], True),
    ("objects only", [deny("*", INSECURE, "s3:*", WHOLE_BUCKET[1])], False),
    ("the bucket only", [deny("*", INSECURE, "s3:*", WHOLE_BUCKET[0])], False),
    ("one folder's objects only", [deny("*", INSECURE, "s3:*", [WHOLE_BUCKET[0], f"{WHOLE_BUCKET[0]}/logs/*"])], False),
    ("all objects, written twice", [deny("*", INSECURE, "s3:*", [WHOLE_BUCKET[0], f"{WHOLE_BUCKET[0]}/logs/*", f"{WHOLE_BUCKET[0]}/**"])], True),
    ("one action only", [deny("*", INSECURE, "s3:GetObject", WHOLE_BUCKET)], False),
    ("one account only", [deny(aws(THEM), INSECURE, "s3:*", WHOLE_BUCKET)], False),
    ("all but one account", [{"Effect": "Deny", "NotPrincipal": aws(US), "Action": "*", "Resource": "*", "Condition": INSECURE}], False),
    ("the wrong way round", [deny("*", {"Bool": {"aws:SecureTransport": "true"}}, "s3:*", WHOLE_BUCKET)], False),
    ("from one network only", [deny("*", {**INSECURE, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, "s3:*", WHOLE_BUCKET)], False),
    ("allowing TLS", [allow("*", {"Bool": {"aws:SecureTransport": "true"}}, "s3:*", WHOLE_BUCKET)], False),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "refuses"), [row[1:] for row in PLAIN], ids=[row[0] for row in PLAIN])
def test_refusing_plain_http(statements: list[Any], refuses: bool) -> None:
    assert refuses_plain_http(document(*statements)) is refuses


def test_refusing_plain_http_for_the_actions_that_matter() -> None:
    publish = document(deny("*", INSECURE, "SNS:Publish", f"arn:aws:sns:eu-west-1:{US}:t"))
    assert refuses_plain_http(publish, ["sns:Publish"])
    assert not refuses_plain_http(publish, ["sns:Publish", "sns:Subscribe"])
