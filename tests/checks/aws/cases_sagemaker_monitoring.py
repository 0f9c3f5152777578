from typing import Any

import pytest

from checks.aws.sagemaker_monitoring import ENCRYPTED, ISOLATED
from scanner.evaluation.check import Check
from tests.cases import FAIL, PASS, SKIP, case

SCHEDULE = "aws.sagemaker.monitoring_schedule"
BIAS, QUALITY = ("aws.sagemaker.model_bias_job_definition", "aws.sagemaker.model_quality_job_definition")
BY_TYPE = {check.on: check for check in ENCRYPTED}


def machines(count: int) -> dict[str, Any]:
    return {"job": {"NetworkConfig": {}, "JobResources": {"ClusterConfig": {"InstanceCount": count}}}}


def facts(check: Check, **network: Any) -> dict[str, Any]:
    """Return the facts of a resource that has these network settings, where its type has them."""
    given = {"NetworkConfig": network} if network else {}
    return {"schedule": {"MonitoringJobDefinition": {"RoleArn": "arn:1", **given}}} if check.on == SCHEDULE else {"job": given}


def common(check: Check, setting: str) -> list[pytest.ParameterSet]:
    return [
        case(check, PASS, **facts(check, **{setting: True})),
        case(check, FAIL, **facts(check, **{setting: False})),
        case(check, FAIL, **facts(check, VpcConfig={})),
        case(check, FAIL, **facts(check)),
    ]


CASES = [
    *(each for check in ISOLATED for each in common(check, "EnableNetworkIsolation")),
    *(each for check in ENCRYPTED for each in common(check, "EnableInterContainerTrafficEncryption")),
    *(
        case(check, SKIP, schedule={"MonitoringJobDefinitionName": "quality"})
        for check in (*ISOLATED, *ENCRYPTED)
        if check.on == SCHEDULE
    ),
    case(BY_TYPE[BIAS], SKIP, **machines(1)),
    case(BY_TYPE[BIAS], FAIL, **machines(2)),
    case(BY_TYPE[QUALITY], FAIL, **machines(1)),
]
