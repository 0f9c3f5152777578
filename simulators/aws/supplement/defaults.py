"""What AWS says where nobody ever set a thing up. The estate tells more of the accounts that it fills.

Shapes are those of botocore's models; codes and defaults those of each operation's page in AWS's API references, unless
another source is named.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulators.aws.supplement.analytics import ANALYTICS
from simulators.aws.supplement.data_services import DATA_SERVICES
from simulators.aws.supplement.fronting import EDGE
from simulators.aws.supplement.offices import OFFICES
from simulators.aws.supplement.registry import Refusal, Result
from simulators.aws.supplement.workloads import WORKLOADS

REGIONS = ("eu-west-1", "us-east-1")  # this AWS is a small one
CONTACT = {
    "FullName": "Example Ltd",
    "AddressLine1": "1 Example Road",
    "City": "Dublin",
    "CountryCode": "IE",
    "PostalCode": "D01",
    "PhoneNumber": "+35315550100",
}
NO_CONTACT = Refusal(404, "ResourceNotFoundException", "No contact of the inputted alternate contact type found.")
MACIE_OFF = Refusal(403, "AccessDeniedException", "Macie is not enabled")
NO_POLICY = Refusal(400, "EffectivePolicyNotFoundException", "No effective policy of this type.")

ACCOUNTS: Mapping[str, Result | Refusal] = {
    "account:ListRegions": {
        "Regions": [{"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for name in REGIONS],
    },
    "account:GetContactInformation": {"ContactInformation": CONTACT},
    "account:GetAlternateContact": NO_CONTACT,
    "iam:ListOrganizationsFeatures": Refusal(404, "OrganizationNotFoundException", "The account is in no organization."),
    "organizations:DescribeEffectivePolicy": NO_POLICY,
    "sso-admin:ListInstances": {"Instances": []},  # moto has one in every account
    "sso-admin:DescribeInstance": {"Status": "ACTIVE", "EncryptionConfigurationDetails": {"KeyType": "AWS_OWNED_KMS_KEY"}},
    "sso-admin:ListTagsForResource": {"Tags": []},
}

WATCHING: Mapping[str, Result | Refusal] = {
    "accessanalyzer:ListAnalyzers": {"analyzers": []},
    "accessanalyzer:ListArchiveRules": {"archiveRules": []},
    "cloudtrail:ListEventDataStores": {"EventDataStores": []},
    "cloudtrail:GetEventDataStore": Refusal(400, "EventDataStoreNotFoundException", "There is no such event data store."),
    "cloudtrail:GetResourcePolicy": Refusal(400, "ResourcePolicyNotFoundException", "There is no resource policy."),
    "guardduty:ListFilters": {"FilterNames": []},
    "guardduty:ListPublishingDestinations": {"Destinations": []},
    "inspector2:ListCoverage": {"coveredResources": []},
    "inspector2:ListFindingAggregations": {"aggregationType": "AWS_EC2_INSTANCE", "responses": []},
    "macie2:GetAutomatedDiscoveryConfiguration": MACIE_OFF,
    "macie2:GetClassificationExportConfiguration": MACIE_OFF,
    "macie2:GetFindingsPublicationConfiguration": MACIE_OFF,
    "macie2:ListClassificationJobs": MACIE_OFF,
    "resource-explorer-2:ListIndexes": {"Indexes": []},
    "securityhub:GetEnabledStandards": {"StandardsSubscriptions": []},
    "securityhub:ListFindingAggregators": {"FindingAggregators": []},
    "securityhub:ListTagsForResource": {"Tags": {}},
    "ssm:DescribeInstanceInformation": {"InstanceInformationList": []},
    "ssm:DescribeInstancePatchStates": {"InstancePatchStates": []},
}

COMPUTING: Mapping[str, Result | Refusal] = {
    # Source: Amazon EC2 User Guide: IMDS, the serial console, EBS and AMIs, "block public access", "Allowed AMIs".
    "ec2:DescribeRegions": {
        "Regions": [
            {"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", "OptInStatus": "opt-in-not-required"}
            for name in REGIONS
        ],
    },
    "ec2:GetAllowedImagesSettings": {"State": "disabled", "ManagedBy": "account"},
    "ec2:GetEbsDefaultKmsKeyId": {"KmsKeyId": "alias/aws/ebs"},
    "ec2:GetImageBlockPublicAccessState": {"ImageBlockPublicAccessState": "block-new-sharing", "ManagedBy": "account"},
    "ec2:GetInstanceMetadataDefaults": {"AccountLevel": {"ManagedBy": "account"}},
    "ec2:GetSerialConsoleAccessStatus": {"SerialConsoleAccessEnabled": False, "ManagedBy": "account"},
    "ec2:GetSnapshotBlockPublicAccessState": {"State": "unblocked", "ManagedBy": "account"},
    "ec2:DescribeVpcBlockPublicAccessOptions": {
        "VpcBlockPublicAccessOptions": {"State": "default-state", "InternetGatewayBlockMode": "off", "ManagedBy": "account"},
    },
    "lambda:ListCodeSigningConfigs": {"CodeSigningConfigs": []},
    "lambda:ListFunctionsByCodeSigningConfig": {"FunctionArns": []},
    "rbin:ListRules": {"Rules": []},
    "wafv2:ListResourcesForWebACL": {"ResourceArns": []},
}

STORING: Mapping[str, Result | Refusal] = {
    "backup:GetBackupVaultAccessPolicy": Refusal(400, "ResourceNotFoundException", "There is no access policy."),
    # Source: botocore's model has no such code; AWS answers so all the same where no notifications were set up.
    "backup:GetBackupVaultNotifications": Refusal(400, "ERROR_2106", "Backup vault notifications were never configured."),
    "backup:ListProtectedResources": {"Results": []},
    "backup:ListBackupSelections": {"BackupSelectionsList": []},
    "rds:DescribeDBMajorEngineVersions": {"DBMajorEngineVersions": []},
    "rds:DescribePendingMaintenanceActions": {"PendingMaintenanceActions": []},
}

DEFAULTS = {**ACCOUNTS, **WATCHING, **COMPUTING, **STORING, **DATA_SERVICES, **ANALYTICS, **WORKLOADS, **EDGE, **OFFICES}
