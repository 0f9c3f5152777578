from typing import Any

from checks.aws import bedrock_guardrails as guardrails
from tests.cases import FAIL, PASS, case
from tests.checks.aws.cases_sagemaker import key_cases
from tests.checks.aws.policies import known_cases, named_cases


def filtered(strength: str, kind: str = "PROMPT_ATTACK", **more: Any) -> dict[str, Any]:
    return {"contentPolicy": {"filters": [{"type": kind, "inputStrength": strength, "outputStrength": "NONE", **more}]}}


def entities(**more: Any) -> dict[str, Any]:
    return {"sensitiveInformationPolicy": {"piiEntities": [{"type": "EMAIL", **more}]}}


LOGGED = {"s3Config": {"bucketName": "b"}}

CASES = [
    case(guardrails.invocations_logged, PASS, logging={**LOGGED, "textDataDeliveryEnabled": True}),
    case(guardrails.invocations_logged, PASS, logging={"cloudWatchConfig": {"logGroupName": "g"}}),
    case(guardrails.invocations_logged, FAIL, logging={**LOGGED, "textDataDeliveryEnabled": False}),
    case(guardrails.invocations_logged, FAIL, logging={"textDataDeliveryEnabled": True}),
    case(guardrails.invocations_logged, FAIL, logging=None),
    case(guardrails.injection_blocked, PASS, guardrail=filtered("HIGH")),
    case(guardrails.injection_blocked, PASS, guardrail=filtered("MEDIUM", inputAction="BLOCK", inputEnabled=True)),
    case(guardrails.injection_blocked, FAIL, guardrail=filtered("LOW")),
    case(guardrails.injection_blocked, FAIL, guardrail=filtered("HIGH", inputAction="NONE")),
    case(guardrails.injection_blocked, FAIL, guardrail=filtered("HIGH", inputEnabled=False)),
    case(guardrails.injection_blocked, FAIL, guardrail=filtered("HIGH", "HATE")),
    case(guardrails.injection_blocked, FAIL, guardrail={}),
    case(guardrails.sensitive_data_held_back, PASS, guardrail=entities(action="ANONYMIZE")),
    case(guardrails.sensitive_data_held_back, PASS, guardrail=entities(action="NONE", outputAction="BLOCK")),
    case(
        guardrails.sensitive_data_held_back,
        PASS,
        guardrail={"sensitiveInformationPolicy": {"regexes": [{"name": "order", "action": "BLOCK"}]}},
    ),
    case(guardrails.sensitive_data_held_back, FAIL, guardrail=entities(action="BLOCK", outputAction="NONE")),
    case(guardrails.sensitive_data_held_back, FAIL, guardrail=entities(action="BLOCK", outputEnabled=False)),
    case(guardrails.sensitive_data_held_back, FAIL, guardrail={}),
    *key_cases(guardrails.customer_key, "guardrail", lambda key: {"kmsKeyArn": key}),
    *named_cases(guardrails.named_principals),
    *known_cases(guardrails.known_accounts),
]
