from typing import Any

from checks.aws import ssm
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, MANAGED, ORGANIZATION, OTHER, OUR_KEY, STRANGER

INSTANCE = resource("aws.ec2.instance")


def hidden(*detected: str) -> dict[str, Any]:
    return {"$secret": {"hash": "h", "detected": list(detected)}}


def secure(key: str | None = None) -> dict[str, Any]:
    return {"Type": "SecureString", **({"KeyId": key} if key else {})}


def preferences(**inputs: str) -> dict[str, Any]:
    return {"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": inputs}


CASES = [
    case(ssm.not_public, PASS, shared_with=[]),
    case(ssm.not_public, PASS, shared_with=[STRANGER]),
    case(ssm.not_public, FAIL, shared_with=["all"]),
    case(ssm.not_public, FAIL, shared_with=["All"]),
    case(ssm.not_public, UNKNOWN, shared_with=DENIED),
    case(ssm.known_accounts, PASS, shared_with=None),
    case(ssm.known_accounts, PASS, shared_with=["123456789012"]),
    case(ssm.known_accounts, PASS, shared_with=[OTHER], inventory=MANAGED),
    case(ssm.known_accounts, FAIL, shared_with=[STRANGER], inventory=MANAGED),
    case(ssm.known_accounts, FAIL, shared_with=["all"], inventory=MANAGED),
    case(ssm.known_accounts, UNKNOWN, shared_with=[STRANGER], inventory=[ORGANIZATION]),
    case(ssm.without_secrets, PASS, content=hidden()),
    case(ssm.without_secrets, FAIL, content=hidden("Private Key")),
    case(ssm.value_without_secrets, PASS, item={"Type": "String"}, value={"Name": "/shop/size", "Value": hidden()}),
    case(
        ssm.value_without_secrets, FAIL, item={"Type": "StringList"}, value={"Name": "/shop/x", "Value": hidden("Slack Token")}
    ),
    case(ssm.value_without_secrets, SKIP, item=secure(), value={"Name": "/shop/x", "Value": hidden()}),
    case(ssm.value_without_secrets, UNKNOWN, item={"Type": "String"}, value=DENIED),
    case(ssm.value_without_secrets, UNKNOWN, item={"Type": "String"}, value=None),
    case(ssm.secret_encrypted, PASS, id="/shop/db/password", item=secure()),
    case(ssm.secret_encrypted, FAIL, id="/shop/db/password", item={"Type": "String"}),
    case(ssm.secret_encrypted, FAIL, id="api-key", item={"Type": "StringList"}),
    case(ssm.secret_encrypted, SKIP, id="/shop/password/length", item={"Type": "String"}),
    case(ssm.customer_key, PASS, item=secure(KEY_ARN), inventory=[OUR_KEY]),
    case(ssm.customer_key, FAIL, item=secure("alias/aws/ssm")),
    case(ssm.customer_key, FAIL, item=secure(KEY_ARN), inventory=[AWS_KEY]),
    case(ssm.customer_key, SKIP, item={"Type": "String"}),
    case(ssm.public_sharing_blocked, PASS, public_sharing="Disable"),
    case(ssm.public_sharing_blocked, FAIL, public_sharing="Enable"),
    case(ssm.public_sharing_blocked, FAIL, public_sharing=None),
    case(ssm.automation_logged, PASS, automation_log="CloudWatch"),
    case(ssm.automation_logged, FAIL, automation_log=None),
    case(ssm.sessions_logged, PASS, sessions=preferences(cloudWatchLogGroupName="sessions")),
    case(ssm.sessions_logged, PASS, sessions=preferences(s3BucketName="sessions"), inventory=[INSTANCE]),
    case(ssm.sessions_logged, FAIL, sessions=preferences(s3BucketName="", cloudWatchLogGroupName=""), inventory=[INSTANCE]),
    case(ssm.sessions_logged, FAIL, sessions=None, inventory=[INSTANCE]),
    case(ssm.sessions_logged, SKIP, sessions=None),
    case(ssm.sessions_encrypted, PASS, sessions=preferences(kmsKeyId=KEY_ARN), inventory=[INSTANCE, OUR_KEY]),
    case(ssm.sessions_encrypted, FAIL, sessions=preferences(kmsKeyId=""), inventory=[INSTANCE]),
    case(ssm.sessions_encrypted, FAIL, sessions=None, inventory=[INSTANCE]),
    case(ssm.sessions_encrypted, SKIP, sessions=None),
]
