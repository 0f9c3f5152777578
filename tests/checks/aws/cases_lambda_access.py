from typing import Any

from checks.aws import lambda_access as access
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.policies import PUBLIC, document, known_cases, named_cases, service_cases, statement

URL = {"FunctionUrl": "https://abc.lambda-url.eu-west-1.on.aws/", "FunctionArn": "arn", "AuthType": "AWS_IAM"}
OPEN = {**URL, "AuthType": "NONE"}
ROLE = "arn:aws:iam::123456789012:role/orders"
FUNCTION = "aws.lambda.function"


def by_url(auth: str) -> dict[str, Any]:
    return statement(action="lambda:InvokeFunctionUrl", Condition={"StringEquals": {"lambda:FunctionUrlAuthType": auth}})


VIA_URL = statement(action="lambda:InvokeFunction", Condition={"Bool": {"lambda:InvokedViaFunctionUrl": "true"}})
NOT_VIA_URL = statement(action="lambda:InvokeFunction", Condition={"Bool": {"lambda:InvokedViaFunctionUrl": "false"}})
BY_OPEN_URL = document(by_url("NONE"), VIA_URL)
MIXED = document(by_url("NONE"), *PUBLIC["Statement"])
ADMINISTRATOR = {"AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}]}

CASES = [
    *(each for check in access.not_public for each in named_cases(check)),
    *(case(check, PASS, policy=BY_OPEN_URL) for check in access.not_public),
    *(case(check, FAIL, policy=MIXED) for check in access.not_public),
    *(case(check, FAIL, policy=document(by_url("AWS_IAM"))) for check in access.not_public),
    *(case(check, FAIL, policy=document(NOT_VIA_URL)) for check in access.not_public),
    *(each for check in access.known_accounts for each in known_cases(check)),
    *(case(check, PASS, policy=BY_OPEN_URL) for check in access.known_accounts),
    *(each for check in access.services_bound for each in service_cases(check)),
    case(access.url_authenticated, PASS, urls=[URL]),
    case(access.url_authenticated, FAIL, urls=[OPEN]),
    case(access.url_authenticated, FAIL, urls=[URL, OPEN]),
    case(access.url_authenticated, SKIP, urls=[]),
    case(access.url_sites_named, PASS, urls=[{**URL, "Cors": {"AllowOrigins": ["https://example.com"]}}]),
    case(access.url_sites_named, PASS, urls=[URL]),
    case(access.url_sites_named, FAIL, urls=[URL, {**OPEN, "Cors": {"AllowOrigins": ["*"], "AllowCredentials": True}}]),
    case(access.url_sites_named, SKIP, urls=[]),
    case(access.role_limited, PASS, item={"Role": ROLE}, inventory=[resource("aws.iam.role", ROLE, item={})]),
    case(access.role_limited, FAIL, item={"Role": ROLE}, inventory=[resource("aws.iam.role", ROLE, item=ADMINISTRATOR)]),
    case(access.role_limited, UNKNOWN, item={"Role": ROLE}),
    case(access.role_limited, UNKNOWN, item={"Role": ROLE}, inventory=[unlisted("aws.iam.role")]),
    case(access.role_of_its_own, PASS, item={"Role": ROLE}, inventory=[resource(FUNCTION, item={"Role": ROLE})]),
    case(access.role_of_its_own, PASS, item={"Role": ROLE}, inventory=[resource(FUNCTION, "other", item={"Role": "other"})]),
    case(access.role_of_its_own, FAIL, item={"Role": ROLE}, inventory=[resource(FUNCTION, "other", item={"Role": ROLE})]),
    case(access.role_of_its_own, UNKNOWN, item={"Role": ROLE}, inventory=[unlisted(FUNCTION)]),
]
