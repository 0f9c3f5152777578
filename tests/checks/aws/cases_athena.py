from typing import Any

import pytest

from checks.aws import athena
from scanner.evaluation.check import Check
from scanner.model import Outcome
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.aws.cases_redshift import ROLE_ARN
from tests.checks.aws.cases_sagemaker import MIGHTY, NARROW
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

NAMED, PRIMARY = {"Name": "analysts", "State": "ENABLED"}, {"Name": "primary", "State": "ENABLED"}
ALL = (
    athena.settings_enforced,
    athena.results_key,
    athena.bucket_owner_expected,
    athena.metrics_published,
    athena.scans_limited,
    athena.role_limited,
)


def group(check: Check, outcome: Outcome, **configuration: Any) -> Any:
    return case(check, outcome, item=NAMED, configuration=configuration)


def results(**more: Any) -> dict[str, Any]:
    return {"ResultConfiguration": {"OutputLocation": "s3://results", **more}}


def encrypted(option: str, key: str | None = None) -> dict[str, Any]:
    return results(EncryptionConfiguration={"EncryptionOption": option, **({"KmsKey": key} if key else {})})


def managed(key: str | None = None) -> dict[str, Any]:
    encryption = {"EncryptionConfiguration": {"KmsKey": key}} if key else {}
    return {"ManagedQueryResultsConfiguration": {"Enabled": True, **encryption}}


def engine(name: str) -> dict[str, Any]:
    return {"EngineVersion": {"SelectedEngineVersion": name}}


def untouched(check: Check) -> list[pytest.ParameterSet]:
    return [
        case(check, SKIP, item=PRIMARY, configuration={"EnforceWorkGroupConfiguration": False}),
        case(check, SKIP, item=NAMED | {"State": "DISABLED"}, configuration=results()),
    ]


CASES = [
    *(each for check in ALL for each in untouched(check)),
    group(athena.settings_enforced, PASS, EnforceWorkGroupConfiguration=True),
    group(athena.settings_enforced, FAIL, EnforceWorkGroupConfiguration=False),
    group(athena.settings_enforced, FAIL),
    group(athena.settings_enforced, SKIP, ExecutionRole=ROLE_ARN, **engine("PySpark engine version 3")),
    group(athena.settings_enforced, SKIP, **engine("Apache Spark version 3.5")),
    group(athena.settings_enforced, FAIL, ExecutionRole=ROLE_ARN, **engine("AUTO")),
    case(athena.settings_enforced, FAIL, item=PRIMARY, configuration=results()),
    case(athena.settings_enforced, FAIL, item=PRIMARY, configuration=managed()),
    case(athena.results_key, PASS, item=NAMED, configuration=encrypted("SSE_KMS", KEY_ARN), inventory=[OUR_KEY]),
    case(athena.results_key, PASS, item=NAMED, configuration=encrypted("CSE_KMS", KEY_ARN), inventory=[OUR_KEY]),
    case(athena.results_key, PASS, item=NAMED, configuration=managed(KEY_ARN), inventory=[OUR_KEY]),
    case(athena.results_key, FAIL, item=NAMED, configuration=encrypted("SSE_KMS", KEY_ARN), inventory=[AWS_KEY]),
    group(athena.results_key, FAIL, **encrypted("SSE_KMS", "alias/aws/s3")),
    group(athena.results_key, FAIL, **encrypted("SSE_S3")),
    group(athena.results_key, FAIL, **results()),
    group(athena.results_key, FAIL, **managed()),
    case(
        athena.results_key,
        UNKNOWN,
        item=NAMED,
        configuration=encrypted("SSE_KMS", KEY_ARN),
        inventory=[unlisted("aws.kms.key")],
    ),
    group(athena.bucket_owner_expected, PASS, **results(ExpectedBucketOwner="123456789012")),
    group(athena.bucket_owner_expected, PASS, **managed()),
    group(athena.bucket_owner_expected, FAIL, **results()),
    group(athena.metrics_published, PASS, PublishCloudWatchMetricsEnabled=True),
    group(athena.metrics_published, FAIL, PublishCloudWatchMetricsEnabled=False),
    group(athena.metrics_published, FAIL),
    group(athena.scans_limited, PASS, BytesScannedCutoffPerQuery=10_000_000),
    group(athena.scans_limited, FAIL),
    group(athena.scans_limited, SKIP, ExecutionRole=ROLE_ARN, **engine("PySpark engine version 3")),
    group(athena.scans_limited, FAIL, ExecutionRole=ROLE_ARN, **engine("Athena engine version 3")),
    case(athena.role_limited, PASS, item=NAMED, configuration={"ExecutionRole": ROLE_ARN}, inventory=[NARROW]),
    case(athena.role_limited, FAIL, item=NAMED, configuration={"ExecutionRole": ROLE_ARN}, inventory=[MIGHTY]),
    case(athena.role_limited, SKIP, item=NAMED, configuration={}),
    case(athena.role_limited, UNKNOWN, item=NAMED, configuration={"ExecutionRole": ROLE_ARN}),
]
