from typing import Any

import pytest

from checks.aws import sagemaker
from scanner.evaluation.check import Check
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_redshift import ADMINISTRATOR, ROLE_ARN
from tests.checks.aws.policies import AWS_KEY, KEY_ARN, OUR_KEY

NARROW = resource("aws.iam.role", ROLE_ARN, item={})
MIGHTY = resource("aws.iam.role", ROLE_ARN, item=ADMINISTRATOR)


def hidden(*detected: str) -> dict[str, Any]:
    return {"$secret": {"hash": "h", "detected": list(detected)}}


def metadata(version: str) -> dict[str, Any]:
    return {"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": version}}


def key_cases(check: Check, fact: str, shape: Any, **more: Any) -> list[pytest.ParameterSet]:
    """Return the cases of a check on a key. ``shape`` makes the fact's value of the name of a key, or of none."""
    named, by_alias, by_aws, none = ({fact: shape(key), **more} for key in (KEY_ARN, "alias/ours", "alias/aws/theirs", None))
    return [
        case(check, PASS, **named, inventory=[OUR_KEY]),
        case(check, PASS, **by_alias),
        case(check, FAIL, **named, inventory=[AWS_KEY]),
        case(check, FAIL, **by_aws),
        case(check, FAIL, **none),
        case(check, UNKNOWN, **named, inventory=[unlisted("aws.kms.key")]),
    ]


def role_cases(check: Check, fact: str, shape: Any) -> list[pytest.ParameterSet]:
    """Return the cases of a check on a role. ``shape`` makes the fact's value of the ARN of a role, or of none."""
    return [
        case(check, PASS, **{fact: shape(ROLE_ARN)}, inventory=[NARROW]),
        case(check, FAIL, **{fact: shape(ROLE_ARN)}, inventory=[MIGHTY]),
        case(check, SKIP, **{fact: shape(None)}),
        case(check, UNKNOWN, **{fact: shape(ROLE_ARN)}),
        case(check, UNKNOWN, **{fact: shape(ROLE_ARN)}, inventory=[unlisted("aws.iam.role")]),
    ]


FAILED = {"Status": "Failed"}

CASES = [
    case(sagemaker.no_direct_internet, PASS, notebook={"DirectInternetAccess": "Disabled"}),
    case(sagemaker.no_direct_internet, FAIL, notebook={"DirectInternetAccess": "Enabled", "SubnetId": "subnet-1"}),
    case(sagemaker.no_direct_internet, FAIL, notebook={}),
    case(sagemaker.in_network, PASS, notebook={"SubnetId": "subnet-1"}),
    case(sagemaker.in_network, FAIL, notebook={}),
    case(sagemaker.users_not_root, PASS, notebook={"RootAccess": "Disabled"}),
    case(sagemaker.users_not_root, FAIL, notebook={"RootAccess": "Enabled"}),
    case(sagemaker.users_not_root, FAIL, notebook={}),
    *role_cases(sagemaker.role_limited, "notebook", lambda arn: {"RoleArn": arn}),
    case(sagemaker.supported_platform, PASS, notebook={"PlatformIdentifier": "notebook-al2023-v1"}),
    case(sagemaker.supported_platform, PASS, notebook={"PlatformIdentifier": "notebook-al2023-v2"}),
    case(sagemaker.supported_platform, FAIL, notebook={"PlatformIdentifier": "notebook-al2-v3"}),
    case(sagemaker.supported_platform, FAIL, notebook={"PlatformIdentifier": "notebook-al1-v1"}),
    case(sagemaker.supported_platform, FAIL, notebook={}),
    case(sagemaker.metadata_v2, PASS, notebook=metadata("2")),
    case(sagemaker.metadata_v2, FAIL, notebook=metadata("1")),
    case(sagemaker.metadata_v2, FAIL, notebook={}),
    *key_cases(sagemaker.customer_key, "notebook", lambda key: {"KmsKeyId": key}),
    case(sagemaker.without_secrets, PASS, on_create=hidden(), on_start=None),
    case(sagemaker.without_secrets, PASS, on_create=None, on_start=None),
    case(sagemaker.without_secrets, FAIL, on_create=None, on_start=hidden("AWS Access Key")),
    case(sagemaker.network_only, PASS, domain={"Status": "InService", "AppNetworkAccessType": "VpcOnly"}),
    case(sagemaker.network_only, FAIL, domain={"AppNetworkAccessType": "PublicInternetOnly"}),
    case(sagemaker.network_only, FAIL, domain={"Status": "Update_Failed"}),
    case(sagemaker.network_only, SKIP, domain=FAILED),
    case(sagemaker.network_only, SKIP, domain={"Status": "Deleting"}),
    *key_cases(sagemaker.domain_key, "domain", lambda key: {"KmsKeyId": key}),
    case(sagemaker.domain_key, PASS, domain={"HomeEfsFileSystemKmsKeyId": KEY_ARN}, inventory=[OUR_KEY]),
    case(sagemaker.domain_key, SKIP, domain=FAILED),
    case(sagemaker.central_sign_in, PASS, domain={"AuthMode": "SSO"}),
    case(sagemaker.central_sign_in, FAIL, domain={"AuthMode": "IAM"}),
    case(sagemaker.central_sign_in, SKIP, domain=FAILED),
    *role_cases(sagemaker.roles_limited, "domain", lambda arn: {"DefaultUserSettings": {"ExecutionRole": arn}}),
    case(
        sagemaker.roles_limited,
        FAIL,
        domain={"DefaultUserSettings": {}, "DefaultSpaceSettings": {"ExecutionRole": ROLE_ARN}},
        inventory=[MIGHTY],
    ),
    case(sagemaker.roles_limited, SKIP, domain=FAILED),
    case(sagemaker.users_told_apart, PASS, domain={"DomainSettings": {"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"}}),
    case(sagemaker.users_told_apart, FAIL, domain={"DomainSettings": {"ExecutionRoleIdentityConfig": "DISABLED"}}),
    case(sagemaker.users_told_apart, FAIL, domain={}),
    case(sagemaker.users_told_apart, SKIP, domain=FAILED),
]
