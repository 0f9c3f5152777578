from datetime import UTC, datetime
from typing import Any

import pytest

from checks.aws import glue
from scanner.evaluation.check import Check
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_redshift import ADMINISTRATOR, ROLE_ARN
from tests.checks.aws.cases_sagemaker import MIGHTY, NARROW, hidden, role_cases


def job(command: str = "glueetl", version: str | None = None, **more: Any) -> dict[str, Any]:
    python = more.pop("python", None)
    told = {"Name": command, **({"PythonVersion": python} if python else {})}
    return {"Command": told, **({"GlueVersion": version} if version else {}), **more}


def configuration(results: str = "SSE-KMS", logs: str = "SSE-KMS", bookmarks: str = "CSE-KMS") -> Resource:
    encryption = {
        "S3Encryption": [{"S3EncryptionMode": results}],
        "CloudWatchEncryption": {"CloudWatchEncryptionMode": logs},
        "JobBookmarksEncryption": {"JobBookmarksEncryptionMode": bookmarks},
    }
    return resource(glue.CONFIGURATION, "c", item={"Name": "sealed", "EncryptionConfiguration": encryption})


def connection(**requirements: str) -> Resource:
    return resource(glue.CONNECTION, "n", item={"Name": "inner", "PhysicalConnectionRequirements": requirements})


def role_name_cases(check: Check, field: str) -> list[pytest.ParameterSet]:
    """Return the cases of a role that Glue names without its ARN."""
    named = {"RoleName": "service", "Path": "/jobs/"}
    narrow = resource("aws.iam.role", ROLE_ARN, item=named)
    mighty = resource("aws.iam.role", ROLE_ARN, item={**ADMINISTRATOR, **named})
    return [
        case(check, PASS, item={field: "service"}, inventory=[narrow]),
        case(check, FAIL, item={field: "jobs/service"}, inventory=[mighty]),
        case(check, UNKNOWN, item={field: "other"}, inventory=[NARROW, MIGHTY]),
    ]


def secured_cases(check: Check, field: str) -> list[pytest.ParameterSet]:
    sealed = {field: "sealed"}
    bare = resource(glue.CONFIGURATION, "c", item={"Name": "sealed", "EncryptionConfiguration": {}})
    return [
        case(check, PASS, item=sealed, inventory=[configuration()]),
        case(check, PASS, item=sealed, inventory=[configuration(results="SSE-S3")]),
        case(check, FAIL, item=sealed, inventory=[configuration(results="DISABLED")]),
        case(check, FAIL, item=sealed, inventory=[configuration(logs="DISABLED")]),
        case(check, FAIL, item=sealed, inventory=[configuration(bookmarks="DISABLED")]),
        case(check, FAIL, item=sealed, inventory=[bare]),
        case(check, FAIL, item={}),
        case(check, UNKNOWN, item=sealed),
        case(check, UNKNOWN, item=sealed, inventory=[unlisted(glue.CONFIGURATION)]),
    ]


def transform(mode: str) -> dict[str, Any]:
    return {"TransformEncryption": {"MlUserDataEncryption": {"MlUserDataEncryptionMode": mode}}}


INNER = job(Connections={"Connections": ["inner"]})

CASES = [
    case(glue.supported_version, PASS, item=job(version="3.0")),
    case(glue.supported_version, PASS, item=job("gluestreaming", "5.1")),
    case(glue.supported_version, UNKNOWN, item=job("gluestreaming", "10.0")),
    case(glue.supported_version, PASS, item=job(version="auto")),
    case(glue.supported_version, PASS, item=job("pythonshell", "1.0", python="3.9")),
    case(glue.supported_version, FAIL, item=job(version="2.0")),
    case(glue.supported_version, FAIL, item=job(version="0.9")),
    case(glue.supported_version, FAIL, item=job()),
    case(glue.supported_version, FAIL, item=job("pythonshell", "3.0", python="2")),
    case(glue.supported_version, PASS, item=job("pythonshell", "1.0", python="3"), now=datetime(2026, 2, 28, tzinfo=UTC)),
    case(glue.supported_version, FAIL, item=job("pythonshell", "1.0", python="3"), now=datetime(2026, 3, 1, tzinfo=UTC)),
    case(glue.supported_version, FAIL, item=job("pythonshell", python="3.6"), now=datetime(2026, 3, 1, tzinfo=UTC)),
    case(glue.supported_version, UNKNOWN, item=job("pythonshell", python="3.11"), now=datetime(2026, 3, 1, tzinfo=UTC)),
    case(glue.supported_version, SKIP, item=job("glueray", "4.0")),
    case(glue.supported_version, UNKNOWN, item=job(version="next")),
    case(glue.without_secrets, PASS, item=job(DefaultArguments={"--TempDir": hidden()})),
    case(glue.without_secrets, PASS, item=job()),
    case(glue.without_secrets, FAIL, item=job(DefaultArguments={"--db_password": hidden()})),
    case(glue.without_secrets, FAIL, item=job(NonOverridableArguments={"--conf": hidden("AWS Access Key")})),
    *(
        each
        for runs, check in zip(glue.RUNS, glue.LIMITED, strict=True)
        for each in (
            *role_cases(check, "item", lambda arn, field=runs.role: {field: arn}),
            *role_name_cases(check, runs.role),
        )
    ),
    *(each for runs, check in zip(glue.RUNS, glue.SECURED, strict=True) for each in secured_cases(check, runs.configuration)),
    case(glue.logged_as_it_runs, PASS, item=job(version="4.0", ContinuousLog="TRUE")),
    case(glue.logged_as_it_runs, PASS, item=job(version="5.0")),
    case(glue.logged_as_it_runs, PASS, item=job(version="auto")),
    case(glue.logged_as_it_runs, FAIL, item=job(version="4.0", ContinuousLog="false")),
    case(glue.logged_as_it_runs, FAIL, item=job(version="4.0", ContinuousLog=None)),
    case(glue.logged_as_it_runs, FAIL, item=job()),
    case(glue.logged_as_it_runs, SKIP, item=job("pythonshell")),
    case(glue.in_network, PASS, item=INNER, inventory=[connection(SubnetId="subnet-1")]),
    case(glue.in_network, FAIL, item=INNER, inventory=[connection()]),
    case(glue.in_network, FAIL, item=job()),
    case(glue.in_network, UNKNOWN, item=INNER),
    case(glue.in_network, UNKNOWN, item=INNER, inventory=[unlisted(glue.CONNECTION)]),
    case(glue.started_anew, PASS, item=job(MaxRetries=1)),
    case(glue.started_anew, FAIL, item=job(MaxRetries=0)),
    case(glue.started_anew, FAIL, item=job()),
    case(glue.not_public, PASS, item={"PrivateAddress": "10.0.0.4"}),
    case(glue.not_public, FAIL, item={"PublicAddress": "ec2-192-0-2-1.compute.amazonaws.com"}),
    case(glue.user_data_encrypted, PASS, item=transform("SSE-KMS")),
    case(glue.user_data_encrypted, FAIL, item=transform("DISABLED")),
    case(glue.user_data_encrypted, FAIL, item={}),
]
