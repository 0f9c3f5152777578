from typing import Any

from checks.aws import bedrock
from tests.cases import FAIL, PASS, SKIP, case
from tests.checks.aws.cases_sagemaker import key_cases
from tests.checks.aws.policies import known_cases, named_cases


def key(status: str = "Active", **dates: str) -> dict[str, Any]:
    return {"Status": status, "CreateDate": "2026-01-01T00:00:00+00:00", **dates}


CASES = [
    *key_cases(bedrock.model_key, "model", lambda key: {"modelKmsKeyArn": key}),
    *named_cases(bedrock.not_public),
    *known_cases(bedrock.known_accounts),
    case(bedrock.short_lived, PASS, item=key(ExpirationDate="2026-01-31T00:00:00+00:00")),
    case(bedrock.short_lived, PASS, item=key(ExpirationDate="2026-04-01T00:00:00+00:00")),
    case(bedrock.short_lived, FAIL, item=key(ExpirationDate="2026-04-01T00:00:01+00:00")),
    case(bedrock.short_lived, FAIL, item=key()),
    case(bedrock.short_lived, SKIP, item=key("Inactive")),
    case(bedrock.short_lived, SKIP, item=key("Expired")),
]
