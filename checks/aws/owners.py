"""Checks that resources name their owner by tag: one check for each type of the table.

What AWS makes by itself needs no owner.
"""

from __future__ import annotations

from checks.aws.instances import operator
from checks.owners import Exempt, Owned, owner_named
from scanner.model import Resource

TAG = "aws resourcegroupstaggingapi tag-resources --resource-arn-list {id} --tags owner=TEAM --region {region}"
LIGHT = "aws lightsail tag-resource --resource-name {name} --region {region} --tags key=owner,value=TEAM"


def _by_aws(key: Resource) -> str:
    return "managed by AWS" if key["key"]["KeyManager"] == "AWS" else ""


def _by_service(secret: Resource) -> str:
    owner = secret["item"].get("OwningService")
    return f"managed by {owner}" if owner else ""


def _default_bus(bus: Resource) -> str:
    return "every account has a default bus" if bus["item"]["Name"] == "default" else ""


def _shared(gateway: Resource) -> str:
    owner = gateway["item"].get("OwnerId") or gateway.account
    return f"shared by account {owner}, which answers for it" if owner != gateway.account else ""


def _default_or_shared(vpc: Resource) -> str:
    owner = vpc["item"].get("OwnerId") or vpc.account
    if owner != vpc.account:
        return f"shared by account {owner}, which answers for it"
    return "AWS makes a default VPC in every region" if vpc["item"].get("IsDefault") else ""


def _shared_directory(directory: Resource) -> str:
    return "shared by another account, which answers for it" if directory["item"].get("Type") == "SharedMicrosoftAD" else ""


def _named(beginning: str) -> Exempt:
    """Return an exemption for names that AWS's own services give to what they make."""
    return lambda resource: "made by the service that uses it" if resource.name.startswith(beginning) else ""


def _gone(fact: str) -> Exempt:
    """Return an exemption for what ECS still lists, and that is no more."""

    def exempt(resource: Resource) -> str:
        status = (resource[fact] or {}).get("status", "")
        return "" if status == "ACTIVE" else f"status is {status or 'not told'}"

    return exempt


def _group_operated(group: Resource) -> str:
    service = (group["item"].get("Operator") or {}).get("Principal")
    return f"operated by {service}" if service else ""


def _nested(stack: Resource) -> str:
    return "part of another stack, which names its owner" if stack["item"].get("ParentId") else ""


def _service_gone(service: Resource) -> str:
    status = service["service"].get("Status", "")
    return f"status is {status}" if status in ("DELETED", "DELETE_FAILED", "CREATE_FAILED") else ""


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


def _of_group(node: Resource) -> str:
    group = node["item"].get("ReplicationGroupId")
    return f"the replication group {group} names its owner" if group else ""


OWNED = (
    Owned(
        "aws.accessanalyzer.analyzer", "Analyzer", fix="aws accessanalyzer tag-resource --resource-arn {id} --tags owner=TEAM"
    ),
    Owned("aws.acm.certificate", "Certificate"),
    Owned("aws.ami.image", "Image", _of_backup),
    Owned("aws.apigateway.http_api", "API"),
    Owned("aws.apigateway.rest_api", "API"),
    Owned("aws.apprunner.service", "Service", _service_gone),
    Owned("aws.appsync.graphql_api", "GraphQL API"),
    Owned("aws.aurora.cluster", "Cluster"),
    Owned(
        "aws.autoscaling.group",
        "Group",
        _group_operated,
        "aws autoscaling create-or-update-tags --tags ResourceId={name},Key=owner,Value=TEAM",
    ),
    Owned("aws.backup.plan", "Backup plan", _named("aws/")),
    Owned("aws.backup.vault", "Backup vault", _named("aws/")),
    Owned("aws.batch.compute_environment", "Compute environment"),
    Owned("aws.batch.job_definition", "Job definition"),
    Owned("aws.batch.job_queue", "Job queue"),
    Owned(
        "aws.cloudformation.stack",
        "Stack",
        _nested,
        "aws cloudformation update-stack --stack-name {name} --use-previous-template --tags Key=owner,Value=TEAM",
    ),
    Owned(
        "aws.cloudfront.distribution",
        "Distribution",
        fix="aws cloudfront tag-resource --resource {id} --tags Items=[{Key=owner,Value=TEAM}]",
    ),
    Owned("aws.cloudtrail.trail", "Trail", fix="aws cloudtrail add-tags --resource-id {id} --tags-list Key=owner,Value=TEAM"),
    Owned("aws.codebuild.project", "Build project"),
    Owned("aws.codepipeline.pipeline", "Pipeline"),
    Owned("aws.cognito.identity_pool", "Identity pool"),
    Owned("aws.cognito.user_pool", "User pool"),
    Owned("aws.directoryservice.directory", "Directory", _shared_directory),
    Owned("aws.dms.replication_instance", "Replication instance"),
    Owned("aws.documentdb.cluster", "Cluster"),
    Owned("aws.dynamodb.table", "Table"),
    Owned("aws.ebs.volume", "Volume", _of_instance),
    Owned("aws.ec2.instance", "Instance", _operated),
    Owned("aws.ec2.launch_template", "Launch template", _operated),
    Owned("aws.ecr.repository", "Repository"),
    Owned("aws.ecs.cluster", "Cluster", _gone("cluster")),
    Owned("aws.ecs.service", "Service", _gone("service")),
    Owned("aws.ecs.task_definition", "Task definition"),
    Owned("aws.efs.file_system", "File system"),
    Owned("aws.eks.cluster", "Cluster"),
    Owned("aws.elasticache.cache_cluster", "Cache cluster", _of_group),
    Owned("aws.elasticache.replication_group", "Replication group"),
    Owned("aws.elasticache.serverless_cache", "Serverless cache"),
    Owned("aws.elasticbeanstalk.environment", "Environment"),
    Owned("aws.elb.classic_load_balancer", "Classic load balancer"),
    Owned("aws.elb.load_balancer", "Load balancer"),
    Owned("aws.eventbridge.event_bus", "Event bus", _default_bus),
    Owned("aws.fsx.file_system", "File system"),
    Owned("aws.iam.user", "User", fix="aws iam tag-user --user-name {name} --tags Key=owner,Value=TEAM"),
    Owned("aws.kinesis.delivery_stream", "Delivery stream"),
    Owned("aws.kinesis.stream", "Data stream"),
    Owned("aws.kms.key", "Key", _by_aws),
    Owned("aws.lambda.function", "Function"),
    Owned("aws.lightsail.bucket", "Bucket", fix=LIGHT),
    Owned("aws.lightsail.container_service", "Container service", fix=LIGHT),
    Owned("aws.lightsail.database", "Database", fix=LIGHT),
    Owned("aws.lightsail.instance", "Server", fix=LIGHT),
    Owned("aws.lightsail.load_balancer", "Load balancer", fix=LIGHT),
    Owned("aws.logs.log_group", "Log group", _named("/aws/")),
    Owned("aws.mq.broker", "Broker"),
    Owned("aws.msk.cluster", "Cluster"),
    Owned("aws.neptune.cluster", "Cluster"),
    Owned("aws.networkfirewall.firewall", "Firewall"),
    Owned("aws.opensearch.domain", "Domain"),
    Owned("aws.rds.cluster", "Cluster"),
    Owned("aws.rds.instance", "Database", _of_cluster),
    Owned("aws.redshift.cluster", "Cluster"),
    Owned("aws.redshiftserverless.namespace", "Namespace"),
    Owned("aws.redshiftserverless.workgroup", "Workgroup"),
    Owned("aws.s3.bucket", "Bucket"),
    Owned("aws.secretsmanager.secret", "Secret", _by_service),
    Owned("aws.sns.topic", "Topic"),
    Owned("aws.sqs.queue", "Queue", fix="aws sqs tag-queue --queue-url {id} --tags owner=TEAM --region {region}"),
    Owned(
        "aws.ssm.document",
        "Document",
        fix="aws ssm add-tags-to-resource --resource-type Document --resource-id {name} --tags Key=owner,Value=TEAM",
    ),
    Owned("aws.ssm.parameter", "Parameter"),
    Owned("aws.stepfunctions.state_machine", "State machine"),
    Owned("aws.transfer.connector", "Connector"),
    Owned("aws.transfer.server", "Server"),
    Owned("aws.transitgateway.client_vpn", "Client VPN"),
    Owned("aws.transitgateway.transit_gateway", "Transit gateway", _shared),
    Owned("aws.transitgateway.vpn_connection", "VPN"),
    Owned("aws.vpc.vpc", "VPC", _default_or_shared),
    Owned("aws.waf.web_acl", "Web ACL"),
    Owned("aws.workspaces.directory", "Directory of desktops"),
    Owned("aws.workspaces.workspace", "Desktop"),
)


OWNERS = tuple(owner_named(each, "tag", TAG) for each in OWNED)
