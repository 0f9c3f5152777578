"""What watches an account: recorders, detectors, and who may sign in. Careless people have some of it, half set up."""

from __future__ import annotations

from typing import Any

from simulators.aws.estate.place import Place, ago

# Source: Security Hub User Guide, "AWS Foundational Security Best Practices standard".
STANDARD = "standards/aws-foundational-security-best-practices/v/1.0.0"


def recorders(place: Place, _scale: int) -> None:
    """Make a recorder of all configuration, where people are careful, else one of a single kind that doesn't run."""
    config, bucket = place.client("config"), place.made["log_bucket"]
    role = f"arn:aws:iam::{place.account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    everything = {"allSupported": True, "includeGlobalResourceTypes": True}
    group: Any = everything if place.careful else {"allSupported": False, "resourceTypes": ["AWS::S3::Bucket"]}
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role, "recordingGroup": group})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket})
    if place.careful:
        config.start_configuration_recorder(ConfigurationRecorderName="default")
        config.put_retention_configuration(RetentionPeriodInDays=2557)
        everywhere = {"AccountIds": [place.account], "AllAwsRegions": True}
        config.put_configuration_aggregator(ConfigurationAggregatorName="all", AccountAggregationSources=[everywhere])


def detectors(place: Place, _scale: int) -> None:
    """Turn on GuardDuty everywhere; the rest only where people are careful, and nowhere completely."""
    guardduty = place.client("guardduty")
    watched = ("S3_DATA_EVENTS", "RDS_LOGIN_EVENTS") if place.region == "eu-west-1" else ()
    detector = guardduty.create_detector(
        Enable=place.careful,
        FindingPublishingFrequency="FIFTEEN_MINUTES",
        Features=[{"Name": name, "Status": "ENABLED"} for name in watched],
    )["DetectorId"]
    if not place.careful:
        return
    destination = {"DestinationId": "1", "DestinationType": "S3", "Status": "PUBLISHING"}
    place.tell("guardduty:ListPublishingDestinations", {"Destinations": [destination]}, DetectorId=detector)
    guardduty.create_filter(
        DetectorId=detector,
        Name="scanner",
        Action="ARCHIVE",
        FindingCriteria={"Criterion": {"type": {"Eq": ["Recon:EC2/Portscan"]}}},
    )
    place.tell("guardduty:ListFilters", {"FilterNames": ["scanner"]}, DetectorId=detector)
    place.client("securityhub").enable_security_hub(EnableDefaultStandards=True)
    subscription = place.arn("securityhub", f"subscription/{STANDARD.removeprefix('standards/')}")
    standard = f"arn:aws:securityhub:{place.region}::{STANDARD}"
    ready = {"StandardsArn": standard, "StandardsSubscriptionArn": subscription, "StandardsStatus": "READY"}
    place.tell("securityhub:GetEnabledStandards", {"StandardsSubscriptions": [{**ready, "StandardsInput": {}}]})
    if place.region == "eu-west-1":
        _first_region(place)


def _first_region(place: Place) -> None:
    """Tell of what is on in one region only: the analyzer, Macie, Inspector, the aggregation of findings."""
    aggregator = place.arn("securityhub", "finding-aggregator/00000000-0000-0000-0000-000000000001")
    place.tell("securityhub:ListFindingAggregators", {"FindingAggregators": [{"FindingAggregatorArn": aggregator}]})
    analyzer = {
        "arn": place.arn("access-analyzer", "analyzer/outside"),
        "name": "outside",
        "type": "ACCOUNT",
        "status": "ACTIVE",
        "createdAt": ago(300),
        "tags": {"owner": "platform"},
    }
    place.tell("accessanalyzer:ListAnalyzers", {"analyzers": [analyzer]})
    site = {"resource": {"eq": ["arn:aws:s3:::site"]}}
    rule = {"ruleName": "site", "filter": site, "createdAt": ago(100), "updatedAt": ago(100)}
    place.tell("accessanalyzer:ListArchiveRules", {"archiveRules": [rule]}, analyzerName="outside")
    parts = {part: {"status": "ENABLED"} for part in ("ec2", "ecr", "lambda")}
    account = {"accountId": place.account, "state": {"status": "ENABLED"}, "resourceState": parts}
    place.tell("inspector2:BatchGetAccountStatus", {"accounts": [account], "failedAccounts": []})
    suppression = {
        "arn": place.arn("inspector2", f"owner/{place.account}/filter/1"),
        "name": "accepted",
        "action": "SUPPRESS",
        "ownerId": place.account,
        "criteria": {"vulnerabilityId": [{"comparison": "EQUALS", "value": "CVE-2021-44228"}]},
        "createdAt": ago(50),
        "updatedAt": ago(50),
    }
    place.tell("inspector2:ListFilters", {"filters": [suppression]})
    _macie(place)


def _macie(place: Place) -> None:
    dates = {"createdAt": ago(200), "updatedAt": ago(200)}
    session = {"findingPublishingFrequency": "FIFTEEN_MINUTES", "status": "ENABLED"}
    role = f"arn:aws:iam::{place.account}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"
    place.tell("macie2:GetMacieSession", {**session, **dates, "serviceRole": role})
    discovery = {"autoEnableOrganizationMembers": "NONE", "status": "ENABLED", "firstEnabledAt": ago(200)}
    place.tell("macie2:GetAutomatedDiscoveryConfiguration", discovery)
    kept = {"s3Destination": {"bucketName": place.made["log_bucket"], "keyPrefix": "macie", "kmsKeyArn": place.made["key"]}}
    place.tell("macie2:GetClassificationExportConfiguration", {"configuration": kept})
    published = {"publishClassificationFindings": True, "publishPolicyFindings": True}
    place.tell("macie2:GetFindingsPublicationConfiguration", {"securityHubConfiguration": published})
    job = {"jobId": "1", "name": "weekly", "jobType": "SCHEDULED", "jobStatus": "IDLE", "createdAt": ago(100)}
    place.tell("macie2:ListClassificationJobs", {"items": [job]})


def sign_in(place: Place, _scale: int) -> None:
    """Tell of Identity Center, which the management account keeps in one region."""
    instance = "arn:aws:sso:::instance/ssoins-6987example0001"
    listed = {"InstanceArn": instance, "IdentityStoreId": "d-9967example", "OwnerAccountId": place.account, "Status": "ACTIVE"}
    place.tell("sso-admin:ListInstances", {"Instances": [{**listed, "CreatedDate": ago(500)}]})
    sets = {"short": "PT1H", "long": "PT12H"}
    arns = [f"arn:aws:sso:::permissionSet/ssoins-6987example0001/ps-{name}" for name in sets]
    place.tell("sso-admin:ListPermissionSets", {"PermissionSets": arns}, InstanceArn=instance)
    for (name, session), arn in zip(sets.items(), arns, strict=True):
        described = {"Name": name, "PermissionSetArn": arn, "CreatedDate": ago(500), "SessionDuration": session}
        place.tell("sso-admin:DescribePermissionSet", {"PermissionSet": described}, PermissionSetArn=arn)
        policy = "AdministratorAccess" if name == "long" else "ViewOnlyAccess"
        attached = [{"Name": policy, "Arn": f"arn:aws:iam::aws:policy/{policy}"}]
        of = {"PermissionSetArn": arn}
        place.tell("sso-admin:ListManagedPoliciesInPermissionSet", {"AttachedManagedPolicies": attached}, **of)
        place.tell("sso-admin:GetInlinePolicyForPermissionSet", {"InlinePolicy": ""}, **of)
