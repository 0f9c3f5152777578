from datetime import UTC, datetime
from typing import Any

from checks.aws import emr_settings as settings
from tests.cases import FAIL, PASS, case
from tests.checks.aws.cases_sagemaker import key_cases

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def encryption(**given: Any) -> dict[str, Any]:
    return {"EncryptionConfiguration": given}


def metadata(version: int) -> dict[str, Any]:
    return {"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": version}}


def blocked(*ranges: dict[str, int], on: bool = True) -> dict[str, Any]:
    return {"BlockPublicSecurityGroupRules": on, "PermittedPublicSecurityGroupRuleRanges": list(ranges)}


def monitored(**given: Any) -> dict[str, Any]:
    return {"monitoringConfiguration": given}


SSH = {"MinRange": 22, "MaxRange": 22}

CASES = [
    case(settings.encrypts_at_rest, PASS, configuration=encryption(EnableAtRestEncryption=True)),
    case(settings.encrypts_at_rest, FAIL, configuration=encryption(EnableAtRestEncryption=False)),
    case(settings.encrypts_at_rest, FAIL, configuration={}),
    case(settings.encrypts_in_transit, PASS, configuration=encryption(EnableInTransitEncryption=True)),
    case(settings.encrypts_in_transit, FAIL, configuration=encryption(EnableAtRestEncryption=True)),
    case(settings.metadata_v2, PASS, configuration=metadata(2)),
    case(settings.metadata_v2, FAIL, configuration=metadata(1)),
    case(settings.metadata_v2, FAIL, configuration={}),
    case(
        settings.users_proven, PASS, configuration={"AuthenticationConfiguration": {"KerberosConfiguration": {"Provider": "x"}}}
    ),
    case(
        settings.users_proven,
        PASS,
        configuration={"AuthenticationConfiguration": {"IdentityCenterConfiguration": {"EnableIdentityCenter": True}}},
    ),
    case(settings.users_proven, PASS, configuration={"IdentityCenterConfiguration": {"EnableIdentityCenter": True}}),
    case(settings.users_proven, FAIL, configuration={"AuthenticationConfiguration": {}}),
    case(settings.users_proven, FAIL, configuration={}),
    case(settings.public_access_blocked, PASS, public_access=blocked()),
    case(settings.public_access_blocked, PASS, public_access=blocked(SSH)),
    case(settings.public_access_blocked, PASS, public_access=blocked({"MinRange": 22})),
    case(settings.public_access_blocked, FAIL, public_access=blocked(SSH, {"MinRange": 8000, "MaxRange": 9000})),
    case(settings.public_access_blocked, FAIL, public_access=blocked({"MinRange": 22, "MaxRange": 80})),
    case(settings.public_access_blocked, FAIL, public_access=blocked(on=False)),
    case(settings.public_access_blocked, FAIL, public_access=None),
    case(settings.application_in_network, PASS, application={"networkConfiguration": {"subnetIds": ["subnet-1"]}}),
    case(settings.application_in_network, FAIL, application={}),
    case(settings.application_release, PASS, application={"releaseLabel": "emr-7.12.0"}, now=NOW),
    case(settings.application_release, FAIL, application={"releaseLabel": "emr-6.6.0"}, now=NOW),
    *key_cases(
        settings.application_key,
        "application",
        lambda key: {"diskEncryptionConfiguration": {"encryptionKeyArn": key}},
    ),
    case(settings.application_key, FAIL, application={}),
    case(settings.application_logged, PASS, application={}),
    case(settings.application_logged, PASS, application=monitored(cloudWatchLoggingConfiguration={"enabled": True})),
    case(
        settings.application_logged,
        PASS,
        application=monitored(
            managedPersistenceMonitoringConfiguration={"enabled": False},
            s3MonitoringConfiguration={"logUri": "s3://logs"},
        ),
    ),
    case(
        settings.application_logged,
        FAIL,
        application=monitored(managedPersistenceMonitoringConfiguration={"enabled": False}),
    ),
]
