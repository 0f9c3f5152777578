import json
from typing import Any

from checks.aws import logs
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
GROUP = "arn:aws:logs:eu-west-1:123456789012:log-group:audit"
TRAIL = resource("aws.cloudtrail.trail", item={"CloudWatchLogsLogGroupArn": f"{GROUP}:*"})
FLOWS = resource("aws.vpc.flow_log", item={"LogGroupName": GROUP})


def written(principal: Any, **conditions: Any) -> dict[str, str]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "logs:PutLogEvents", "Resource": "*"}
    statement |= {"Condition": conditions} if conditions else {}
    return {"policyName": "write", "policyDocument": json.dumps({"Statement": [statement]})}


ROUTE53 = {"Service": "route53.amazonaws.com"}
TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"

CASES = [
    case(logs.kept_a_year, PASS, item={"retentionInDays": 365}),
    case(logs.kept_a_year, PASS, item={}),
    case(logs.kept_a_year, FAIL, item={"retentionInDays": 30}),
    case(logs.kept_a_year, SKIP, item={"logGroupClass": "DELIVERY"}),
    case(logs.ends, PASS, item={"retentionInDays": 30}),
    case(logs.ends, PASS, item={"logGroupClass": "DELIVERY"}),
    case(logs.ends, FAIL, item={"logGroupClass": "STANDARD"}),
    case(
        logs.customer_key,
        PASS,
        item={"kmsKeyId": KEY},
        inventory=[resource("aws.kms.key", KEY, item={"KeyId": "1"}, key={"KeyManager": "CUSTOMER"})],
    ),
    case(logs.customer_key, FAIL, item={}),
    case(logs.customer_key, UNKNOWN, item={"kmsKeyId": KEY}, inventory=[unlisted("aws.kms.key")]),
    case(logs.without_tokens, PASS, item={"bearerTokenAuthenticationEnabled": False}),
    case(logs.without_tokens, PASS, item={}),
    case(logs.without_tokens, FAIL, item={"bearerTokenAuthenticationEnabled": True}),
    case(logs.sensitive_data_masked, PASS, item={"dataProtectionStatus": "ACTIVATED"}),
    case(logs.sensitive_data_masked, PASS, item={"inheritedProperties": ["ACCOUNT_DATA_PROTECTION"]}),
    case(logs.sensitive_data_masked, FAIL, item={"dataProtectionStatus": "DISABLED"}),
    case(logs.sensitive_data_masked, FAIL, item={}),
    case(logs.delete_protected, PASS, id=GROUP, item={"deletionProtectionEnabled": True}, inventory=[TRAIL]),
    case(logs.delete_protected, FAIL, id=GROUP, item={"deletionProtectionEnabled": False}, inventory=[TRAIL]),
    case(logs.delete_protected, FAIL, id=GROUP, item={}, inventory=[FLOWS]),
    case(logs.delete_protected, SKIP, id=GROUP, item={}),
    case(logs.delete_protected, UNKNOWN, id=GROUP, item={}, inventory=[unlisted("aws.vpc.flow_log")]),
    case(logs.not_public, PASS, item=written({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})),
    case(logs.not_public, FAIL, item=written("*")),
    case(logs.sources_named, PASS, item=written(ROUTE53, StringEquals={"aws:SourceAccount": ACCOUNT})),
    case(logs.sources_named, FAIL, item=written({"AWS": "210987654321"})),
    case(logs.sources_named, FAIL, item=written(ROUTE53)),
    case(logs.sources_named, FAIL, item=written(ROUTE53, StringEquals={"aws:SourceAccount": "210987654321"})),
    case(logs.sources_named, UNKNOWN, item=written(ROUTE53, StringEquals={"ours:unheard-of": "x"})),
    case(logs.tells_somebody, PASS, item={"AlarmActions": [TOPIC], "ActionsEnabled": True}),
    case(logs.tells_somebody, FAIL, item={"AlarmActions": [TOPIC], "ActionsEnabled": False}),
    case(logs.tells_somebody, FAIL, item={"AlarmActions": [], "ActionsEnabled": True}),
]
