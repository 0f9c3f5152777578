"""Buckets, databases, secrets."""

from __future__ import annotations

from datetime import timedelta

from simulators.aws.shapes import Params
from simulators.aws.supplement.registry import Asked, Result, amends, answers

# What AWS tells of every database. Source: Amazon RDS User Guide, "Using SSL/TLS"; API reference, DBInstance.
AUTHORITY, LASTING = "rds-ca-rsa2048-g1", timedelta(days=900)


@amends("s3:ListBuckets")
def list_buckets(asked: Asked, result: Params) -> Result:
    """Tell each bucket's region, as AWS does when it is asked with a parameter. Source: S3 API reference, ListBuckets."""
    if asked.params:
        known = asked.backend("s3").buckets
        for bucket in result["Buckets"]:
            bucket["BucketRegion"] = known[bucket["Name"]].region_name
            bucket["BucketArn"] = f"arn:aws:s3:::{bucket['Name']}"
    return result


@answers("s3:GetBucketEncryption")
def get_bucket_encryption(asked: Asked) -> Result | None:
    """Tell S3's own encryption where nothing was set. Source: S3 User Guide, "default encryption", since January 2023."""
    bucket = asked.backend("s3").buckets.get(asked.params["Bucket"])
    if bucket is None or bucket.encryption:
        return None
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


@amends("rds:DescribeDBInstances")
def describe_db_instances(_asked: Asked, result: Params) -> Result:
    """Add what AWS tells even of a database for which nobody chose it."""
    for instance in result["DBInstances"]:
        instance["CACertificateIdentifier"] = AUTHORITY
        instance["CertificateDetails"] = {"CAIdentifier": AUTHORITY, "ValidTill": instance["InstanceCreateTime"] + LASTING}
        instance.setdefault("PubliclyAccessible", False)
        instance.setdefault("PerformanceInsightsEnabled", False)
    return result


@answers("rds:DescribeOptionGroups")
def describe_option_groups(asked: Asked) -> Result:
    """List the option groups that databases use: moto wants to be asked for one by its name."""
    instances = asked.client("rds").describe_db_instances()["DBInstances"]
    used = {membership["OptionGroupName"]: each for each in instances for membership in each.get("OptionGroupMemberships", ())}
    return {"OptionGroupsList": [_group(asked, name, instance) for name, instance in sorted(used.items())]}


def _group(asked: Asked, name: str, instance: Result) -> Result:
    return {
        "OptionGroupName": name,
        "OptionGroupDescription": "Default option group",
        "OptionGroupArn": asked.arn("rds", f"og:{name}"),
        "EngineName": instance["Engine"],
        "MajorEngineVersion": str(instance["EngineVersion"]).rpartition(".")[0],
        "Options": [],
        "AllowsVpcAndNonVpcInstanceMemberships": True,
    }


@answers("secretsmanager:GetResourcePolicy")
def get_resource_policy(asked: Asked) -> Result:
    """Answer for replicas as well, which have the policy of their primary. Source: Secrets Manager User Guide, "Replicate"."""
    manager, wanted = asked.client("secretsmanager"), asked.params["SecretId"]
    found = manager.describe_secret(SecretId=wanted)
    named = {"ARN": found["ARN"], "Name": found["Name"]}
    if found.get("PrimaryRegion", asked.request.region) != asked.request.region:
        return named
    policy = manager.get_resource_policy(SecretId=wanted).get("ResourcePolicy")
    return named | ({"ResourcePolicy": policy} if policy else {})
