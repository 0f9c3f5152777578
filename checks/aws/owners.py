"""Checks that resources name their owner by tag: one check for each type of the table.

What AWS makes by itself needs no owner.
"""

from __future__ import annotations

from checks.aws.instances import operator
from checks.owners import Exempt, Owned, owner_named
from scanner.model import Resource

TAG = "aws resourcegroupstaggingapi tag-resources --resource-arn-list {id} --tags owner=TEAM --region {region}"


def _by_aws(key: Resource) -> str:
    return "managed by AWS" if key["key"]["KeyManager"] == "AWS" else ""


def _by_service(secret: Resource) -> str:
    owner = secret["item"].get("OwningService")
    return f"managed by {owner}" if owner else ""


def _default_bus(bus: Resource) -> str:
    return "every account has a default bus" if bus["item"]["Name"] == "default" else ""


def _default_or_shared(vpc: Resource) -> str:
    owner = vpc["item"].get("OwnerId") or vpc.account
    if owner != vpc.account:
        return f"shared by account {owner}, which answers for it"
    return "AWS makes a default VPC in every region" if vpc["item"].get("IsDefault") else ""


def _named(beginning: str) -> Exempt:
    """Return an exemption for names that AWS's own services give to what they make."""
    return lambda resource: "made by the service that uses it" if resource.name.startswith(beginning) else ""


def _of_cluster(database: Resource) -> str:
    cluster = database["item"].get("DBClusterIdentifier")
    return f"the cluster {cluster} names its owner" if cluster else ""


def _operated(resource: Resource) -> str:
    service = operator(resource)
    return f"operated by {service}" if service else ""


def _of_instance(volume: Resource) -> str:
    attached = volume["item"].get("Attachments")
    return "the instance names its owner" if attached else _operated(volume)


def _of_backup(image: Resource) -> str:
    return "a backup, which its plan names" if "aws:backup:source-resource" in image.tags else ""


OWNED = (
    Owned(
        "aws.accessanalyzer.analyzer", "Analyzer", fix="aws accessanalyzer tag-resource --resource-arn {id} --tags owner=TEAM"
    ),
    Owned("aws.ami.image", "Image", _of_backup),
    Owned("aws.aurora.cluster", "Cluster"),
    Owned("aws.backup.plan", "Backup plan", _named("aws/")),
    Owned("aws.backup.vault", "Backup vault", _named("aws/")),
    Owned("aws.cloudtrail.trail", "Trail", fix="aws cloudtrail add-tags --resource-id {id} --tags-list Key=owner,Value=TEAM"),
    Owned("aws.dynamodb.table", "Table"),
    Owned("aws.ebs.volume", "Volume", _of_instance),
    Owned("aws.ec2.instance", "Instance", _operated),
    Owned("aws.ec2.launch_template", "Launch template", _operated),
    Owned("aws.ecr.repository", "Repository"),
    Owned("aws.efs.file_system", "File system"),
    Owned("aws.eks.cluster", "Cluster"),
    Owned("aws.elb.classic_load_balancer", "Classic load balancer"),
    Owned("aws.elb.load_balancer", "Load balancer"),
    Owned("aws.eventbridge.event_bus", "Event bus", _default_bus),
    Owned("aws.iam.user", "User", fix="aws iam tag-user --user-name {name} --tags Key=owner,Value=TEAM"),
    Owned("aws.kms.key", "Key", _by_aws),
    Owned("aws.lambda.function", "Function"),
    Owned("aws.logs.log_group", "Log group", _named("/aws/")),
    Owned("aws.rds.cluster", "Cluster"),
    Owned("aws.rds.instance", "Database", _of_cluster),
    Owned("aws.s3.bucket", "Bucket"),
    Owned("aws.secretsmanager.secret", "Secret", _by_service),
    Owned("aws.sns.topic", "Topic"),
    Owned("aws.sqs.queue", "Queue", fix="aws sqs tag-queue --queue-url {id} --tags owner=TEAM --region {region}"),
    Owned("aws.vpc.vpc", "VPC", _default_or_shared),
    Owned("aws.waf.web_acl", "Web ACL"),
)


OWNERS = tuple(owner_named(each, "tag", TAG) for each in OWNED)
