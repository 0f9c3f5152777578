from typing import Any

from checks.aws import events
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
QUEUE = {"DeadLetterConfig": {"Arn": "arn:aws:sqs:eu-west-1:123456789012:failed"}}
ON: dict[str, Any] = {"State": "ENABLED"}


def admits(principal: Any, **conditions: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "events:PutEvents", "Resource": "*"}
    return {"Statement": [statement | ({"Condition": conditions} if conditions else {})]}


def told(*detected: str) -> dict[str, Any]:
    return {"$secret": {"hash": "00", "detected": list(detected)}}


CASES = [
    case(events.not_public, PASS, policy=None),
    case(events.not_public, PASS, policy=admits("*", StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"})),
    case(events.not_public, FAIL, policy=admits("*")),
    case(events.outsiders_known, PASS, policy=None),
    case(events.outsiders_known, FAIL, policy=admits({"AWS": "210987654321"})),
    case(
        events.customer_key,
        PASS,
        settings={"KmsKeyIdentifier": KEY},
        inventory=[resource("aws.kms.key", KEY, item={"KeyId": "1"}, key={"KeyManager": "CUSTOMER"})],
    ),
    case(events.customer_key, FAIL, settings={"KmsKeyIdentifier": None}),
    case(events.customer_key, UNKNOWN, settings={"KmsKeyIdentifier": KEY}, inventory=[unlisted("aws.kms.key")]),
    case(events.logged, PASS, settings={"LogConfig": {"Level": "ERROR"}}),
    case(events.logged, FAIL, settings={"LogConfig": {"Level": "OFF"}}),
    case(events.logged, FAIL, settings={"LogConfig": None}),
    case(events.failures_kept, PASS, item=ON, targets=[{"Id": "1", **QUEUE}]),
    case(events.failures_kept, FAIL, item=ON, targets=[{"Id": "1", **QUEUE}, {"Id": "2"}]),
    case(events.failures_kept, SKIP, item=ON, targets=[]),
    case(events.failures_kept, SKIP, item=ON | {"ManagedBy": "guardduty.amazonaws.com"}, targets=[{"Id": "1"}]),
    case(events.has_targets, PASS, item=ON, targets=[{"Id": "1"}]),
    case(events.has_targets, FAIL, item=ON, targets=[]),
    case(events.has_targets, SKIP, item={"State": "DISABLED"}, targets=[]),
    case(events.without_secrets, PASS, targets=[{"Id": "1"}, {"Id": "2", "Input": told()}]),
    case(events.without_secrets, FAIL, targets=[{"Id": "1", "Input": told("AWS Access Key")}]),
    case(
        events.without_secrets,
        FAIL,
        targets=[{"Id": "1", "InputTransformer": {"InputTemplate": told("Secret Keyword")}}],
    ),
]
