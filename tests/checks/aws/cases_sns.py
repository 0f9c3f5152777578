from typing import Any

from checks.aws import sns
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.aws.policies import (
    ALONE,
    AWS_KEY,
    KEY_ARN,
    MANAGED,
    ORGANIZATION,
    OTHER,
    OUR_KEY,
    STRANGER,
    document,
    known_cases,
    named_cases,
    service_cases,
    statement,
    tls_only,
)

# The policy that AWS gives to every new topic.
DEFAULT = document(statement({"AWS": "*"}, "SNS:Publish", Condition={"StringEquals": {"AWS:SourceOwner": "123456789012"}}))
WITH_KEY = {"KmsMasterKeyId": KEY_ARN}
REDRIVE = {"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead"}


def to(protocol: str, owner: str = "123456789012") -> dict[str, Any]:
    return {"Protocol": protocol, "Owner": owner}


CASES = [
    case(sns.encrypted, PASS, attributes={"KmsMasterKeyId": "alias/aws/sns"}),
    case(sns.encrypted, FAIL, attributes={}),
    case(sns.customer_key, PASS, attributes=WITH_KEY, inventory=[OUR_KEY]),
    case(sns.customer_key, PASS, attributes={"KmsMasterKeyId": "alias/ours"}),
    case(sns.customer_key, FAIL, attributes=WITH_KEY, inventory=[AWS_KEY]),
    case(sns.customer_key, FAIL, attributes={"KmsMasterKeyId": "alias/aws/sns"}),
    case(sns.customer_key, FAIL, attributes={}),
    case(sns.refuses_plain_http, PASS, policy=tls_only("sns:Publish")),
    case(sns.refuses_plain_http, PASS, policy=tls_only("SNS:*")),
    case(sns.refuses_plain_http, FAIL, policy=tls_only("sns:Subscribe")),
    case(sns.refuses_plain_http, FAIL, policy=DEFAULT),
    *named_cases(sns.not_public),
    case(sns.not_public, PASS, policy=DEFAULT),
    *known_cases(sns.known_accounts),
    case(sns.known_accounts, PASS, policy=DEFAULT),
    *service_cases(sns.services_bound),
    case(sns.delivery_logged, PASS, attributes={"SQSFailureFeedbackRoleArn": "arn:aws:iam::123456789012:role/log"}),
    case(sns.delivery_logged, FAIL, attributes={"SQSSuccessFeedbackRoleArn": "arn:aws:iam::123456789012:role/log"}),
    case(sns.delivery_logged, FAIL, attributes={"SQSFailureFeedbackRoleArn": ""}),
    case(sns.subscribed, PASS, attributes={"SubscriptionsConfirmed": "2"}),
    case(sns.subscribed, FAIL, attributes={"SubscriptionsConfirmed": "0", "SubscriptionsPending": "1"}),
    case(sns.encrypted_delivery, PASS, item=to("https")),
    case(sns.encrypted_delivery, PASS, item=to("lambda")),
    case(sns.encrypted_delivery, FAIL, item=to("http")),
    case(sns.without_password, PASS, item=to("https"), names_user=False),
    case(sns.without_password, FAIL, item=to("https"), names_user=True),
    case(sns.without_password, SKIP, item=to("email"), names_user=True),
    case(sns.without_password, UNKNOWN, item=to("https"), names_user=DENIED),
    case(sns.known_owner, PASS, item=to("sqs")),
    case(sns.known_owner, PASS, item=to("sqs", OTHER), inventory=MANAGED),
    case(sns.known_owner, FAIL, item=to("sqs", STRANGER), inventory=MANAGED),
    case(sns.known_owner, FAIL, item=to("sqs", STRANGER), inventory=[ALONE]),
    case(sns.known_owner, UNKNOWN, item=to("sqs", STRANGER), inventory=[ORGANIZATION]),
    case(sns.dead_letter, PASS, item=to("sqs"), redrive=REDRIVE),
    case(sns.dead_letter, FAIL, item=to("sqs"), redrive=None),
    case(sns.dead_letter, SKIP, item=to("email"), redrive=None),
    case(sns.dead_letter, SKIP, item=to("sqs", OTHER), redrive=DENIED),
]
