"""Jobs, applications and pipelines that AWS runs by itself. moto knows little of them, so that all is told."""

from __future__ import annotations

import json
from typing import Any

from simulators.aws.estate.place import HOSTILE, Place, ago, tags
from simulators.aws.estate.workloads import OPTIONS, SECRET, image, role


def _tagged(place: Place, arn: str) -> None:
    rows = [{"ResourceARN": arn, "Tags": tags(owner="team-b")}]
    place.add("resourcegroupstaggingapi:GetResources", ResourceTagMappingList=rows)


def flows(place: Place, scale: int) -> None:
    """Tell of state machines: one that handles failures, and one with a key in its definition."""
    rows: list[dict[str, Any]] = []
    for number in range(scale):
        for kind in ("orders", "trial"):
            arn = place.arn("states", f"stateMachine:{kind}-{number}")
            rows.append({"stateMachineArn": arn, "name": f"{kind}-{number}", "type": "STANDARD", "creationDate": ago(200)})
            place.tell(
                "stepfunctions:DescribeStateMachine", _machine(place, rows[-1], good=kind == "orders"), stateMachineArn=arn
            )
    place.tell("stepfunctions:ListStateMachines", {"stateMachines": rows})
    _tagged(place, rows[0]["stateMachineArn"])


def _machine(place: Place, row: dict[str, Any], *, good: bool) -> dict[str, Any]:
    state: dict[str, Any] = {"Type": "Task", "Resource": place.arn("lambda", "function:orders-0"), "End": True}
    state |= {"Retry": [{"ErrorEquals": ["States.ALL"]}]} if good else {"Parameters": {"AwsSecretKey": SECRET}}
    group = {"cloudWatchLogsLogGroup": {"logGroupArn": place.arn("logs", "log-group:flows:*")}}
    return {
        **row,
        "status": "ACTIVE",
        "roleArn": role(place, "flow"),
        "definition": json.dumps({"Comment": HOSTILE["terminal"], "StartAt": "one", "States": {"one": state}}),
        "loggingConfiguration": {
            "level": "ALL" if good else "OFF",
            "includeExecutionData": not place.careful,
            "destinations": [group] if good else [],
        },
        "encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": place.made["key"]}
        if good
        else {"type": "AWS_OWNED_KEY"},
    }


def environments(place: Place, scale: int) -> None:
    """Tell of environments of Elastic Beanstalk: one that updates itself, and a machine that nobody touches."""
    rows: list[dict[str, Any]] = []
    for number in range(scale):
        for kind in ("shop", "old"):
            name = f"{kind}-{number}"
            platform = f"arn:aws:elasticbeanstalk:{place.region}::platform/{kind}/1.0.0"
            state = {"PlatformBranchName": kind, "PlatformBranchLifecycleState": "Supported" if kind == "shop" else "Retired"}
            told = {"PlatformDescription": {"PlatformArn": platform, **state}}
            place.tell("elasticbeanstalk:DescribePlatformVersion", told, PlatformArn=platform)
            rows.append(
                {
                    "EnvironmentName": name,
                    "EnvironmentId": f"e-{name}",
                    "ApplicationName": "shop",
                    "EnvironmentArn": place.arn("elasticbeanstalk", f"environment/shop/{name}"),
                    "PlatformArn": platform,
                    "Status": "Ready",
                    "Health": "Green",
                    "DateCreated": ago(200),
                    "Tier": {"Name": "WebServer", "Type": "Standard", "Version": "1.0"},
                }
            )
            row = {"ApplicationName": "shop", "EnvironmentName": name, "DeploymentStatus": "deployed"}
            settings = {**row, "OptionSettings": _options(place, good=kind == "shop")}
            place.tell(
                "elasticbeanstalk:DescribeConfigurationSettings", {"ConfigurationSettings": [settings]}, EnvironmentName=name
            )
    place.tell("elasticbeanstalk:DescribeEnvironments", {"Environments": rows})
    _tagged(place, rows[0]["EnvironmentArn"])


def _options(place: Place, *, good: bool) -> list[dict[str, str]]:
    secret = ("TABLE", "orders") if good else ("AWS_SECRET_ACCESS_KEY", SECRET)
    on = "true" if good else "false"
    given = [
        ("environment", "EnvironmentType", "LoadBalanced" if good else "SingleInstance"),
        ("managedactions", "ManagedActionsEnabled", on),
        ("managedactions:platformupdate", "UpdateLevel", "minor" if good else ""),
        ("cloudwatch:logs", "StreamLogs", on),
        ("healthreporting:system", "SystemType", "enhanced" if good else "basic"),
        ("application:environment", *secret),
    ]
    more = [
        ("aws:autoscaling:launchconfiguration", "DisableIMDSv1", on),
        ("aws:autoscaling:asg", "MinSize", "2" if good else "1"),
        ("aws:ec2:vpc", "VPCId", place.made["vpc"]),
        ("aws:ec2:vpc", "AssociatePublicIpAddress", "false" if good else "true"),
        *([("aws:elbv2:listener:443", "Protocol", "HTTPS")] if good else []),
    ]
    every = [*((f"{OPTIONS}{space}", name, value) for space, name, value in given), *more]
    return [{"Namespace": space, "OptionName": name, "Value": value} for space, name, value in every]


def app_services(place: Place, scale: int) -> None:
    """Tell of services of App Runner: one within a network, and one with a key among its variables."""
    rows: list[dict[str, Any]] = []
    for number in range(scale):
        for kind in ("api", "trial"):
            good, name = kind == "api", f"{kind}-{number}"
            arn = place.arn("apprunner", f"service/{name}/1")
            rows.append({"ServiceName": name, "ServiceId": name, "ServiceArn": arn, "Status": "RUNNING", "CreatedAt": ago(200)})
            source = {
                "ImageIdentifier": f"{image(place, f'orders-{number}')}:1" if good else image(place, f"tools-{number}"),
                "ImageRepositoryType": "ECR",
                "ImageConfiguration": {
                    "RuntimeEnvironmentVariables": {"TABLE": "orders"} if good else {"AWS_SECRET_KEY": SECRET},
                },
            }
            service = {
                **rows[-1],
                "SourceConfiguration": {"ImageRepository": source, "AutoDeploymentsEnabled": False},
                "EncryptionConfiguration": {"KmsKey": place.made["key"]} if good else None,
                "HealthCheckConfiguration": {"Protocol": "HTTP" if good else "TCP"},
                "NetworkConfiguration": {
                    "EgressConfiguration": {"EgressType": "VPC" if good else "DEFAULT"},
                    "IngressConfiguration": {"IsPubliclyAccessible": not good},
                },
            }
            place.tell("apprunner:DescribeService", {"Service": service}, ServiceArn=arn)
    place.tell("apprunner:ListServices", {"ServiceSummaryList": rows})
    _tagged(place, rows[0]["ServiceArn"])


def jobs(place: Place, scale: int) -> None:
    """Tell of compute environments, queues and definitions of jobs."""
    definitions = []
    for number in range(scale):
        for kind in ("nightly", "trial"):
            good, name = kind == "nightly", f"{kind}-{number}"
            container = {
                "image": f"{image(place, f'orders-{number}')}:1" if good else image(place, f"tools-{number}"),
                "privileged": not good,
                "environment": [{"name": "TABLE", "value": "orders"} if good else {"name": "AWS_SECRET_KEY", "value": SECRET}],
                "networkConfiguration": {"assignPublicIp": "DISABLED" if good else "ENABLED"},
                "volumes": [
                    {
                        "name": "files",
                        "efsVolumeConfiguration": {
                            "fileSystemId": "fs-0123456789",
                            "transitEncryption": "ENABLED" if good else "DISABLED",
                        },
                    },
                ],
            }
            definitions.append(
                {
                    "jobDefinitionName": name,
                    "jobDefinitionArn": place.arn("batch", f"job-definition/{name}:1"),
                    "revision": 1,
                    "status": "ACTIVE",
                    "type": "container",
                    "platformCapabilities": ["FARGATE"],
                    "containerProperties": container,
                    "retryStrategy": {"attempts": 3 if good else 1},
                    "tags": {"owner": "team-b"} if good else {},
                }
            )
    place.tell("batch:DescribeJobDefinitions", {"jobDefinitions": definitions})
    machines = {
        "computeEnvironmentName": "machines",
        "computeEnvironmentArn": place.arn("batch", "compute-environment/machines"),
        "type": "MANAGED",
        "status": "VALID",
        "computeResources": {"type": "EC2", **({} if place.careful else {"imageId": "ami-0123456789abcdef0"})},
    }
    place.tell("batch:DescribeComputeEnvironments", {"computeEnvironments": [machines]})
    queue = {"jobQueueName": "jobs", "jobQueueArn": place.arn("batch", "job-queue/jobs"), "status": "VALID", "priority": 1}
    place.tell("batch:DescribeJobQueues", {"jobQueues": [{**queue, "tags": {"owner": "team-b"} if place.careful else {}}]})


def pipelines(place: Place, scale: int) -> None:
    """Tell of pipelines: one that somebody approves, and one that a stranger may start."""
    names = [f"{kind}-{number}" for number in range(scale) for kind in ("orders", "trial")]
    rows = [{"name": name, "version": 1, "pipelineType": "V2", "created": ago(200)} for name in names]
    place.tell("codepipeline:ListPipelines", {"pipelines": rows})
    for name in names:
        place.tell("codepipeline:GetPipeline", {"pipeline": _pipeline(place, name)}, name=name)
    hook = {
        "definition": {
            "name": "start",
            "targetPipeline": names[-1],
            "targetAction": "source",
            "filters": [],
            "authentication": "GITHUB_HMAC" if place.careful else "UNAUTHENTICATED",
            "authenticationConfiguration": {"SecretToken": "****"} if place.careful else {},
        },
        "url": f"https://{place.region}.webhooks.aws/trigger?t=1",
        "arn": place.arn("codepipeline", "webhook:start"),
    }
    place.tell("codepipeline:ListWebhooks", {"webhooks": [hook]})
    _tagged(place, place.arn("codepipeline", names[0]))


def _pipeline(place: Place, name: str) -> dict[str, Any]:
    good = name.startswith("orders")

    def action(category: str, **more: Any) -> dict[str, Any]:
        kind = {"category": category, "owner": "AWS", "provider": "Manual", "version": "1"}
        return {"name": category.lower(), "actionTypeId": kind, **more}

    source = {"ConnectionArn": place.arn("codeconnections", "connection/1")} if good else {"OAuthToken": "****"}
    stages = [
        {"name": "source", "actions": [action("Source", configuration=source)]},
        *([{"name": "approve", "actions": [action("Approval")]}] if good else []),
        {
            "name": "deploy",
            "actions": [action("Deploy", **({"roleArn": role(place, "deploy")} if good else {}))],
            **({"onFailure": {"result": "ROLLBACK"}} if good else {}),
        },
    ]
    key = {"encryptionKey": {"id": place.made["key"], "type": "KMS"}} if good else {}
    store = {"type": "S3", "location": "artifacts", **key}
    return {"name": name, "roleArn": role(place, "pipeline"), "artifactStore": store, "stages": stages, "version": 1}
