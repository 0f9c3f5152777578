"""What runs, and what builds and deploys it: containers, groups of machines, jobs, pipelines, stacks. Much of it is told."""

from __future__ import annotations

import json
from typing import Any

from simulators.aws.estate.machines import root_disk, script
from simulators.aws.estate.place import HOSTILE, Place, ago, tags

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
OWNER = [{"key": "owner", "value": "team-b"}]
OPTIONS = "aws:elasticbeanstalk:"


def image(place: Place, name: str) -> str:
    return f"{place.account}.dkr.ecr.{place.region}.amazonaws.com/{name}"


def role(place: Place, name: str) -> str:
    return f"arn:aws:iam::{place.account}:role/{name}"


def containers(place: Place, scale: int) -> None:
    """Make clusters with a service each: a private one that is watched, and one of which every task is on the internet."""
    ecs = place.client("ecs")
    for number in range(scale):
        good, bad = f"orders-{number}", f"legacy-{number}"
        ecs.register_task_definition(family=good, **_good_task(place, number), tags=OWNER)
        ecs.register_task_definition(family=bad, **_bad_task(place, number))
        ecs.create_cluster(
            clusterName=good,
            settings=[{"name": "containerInsights", "value": "enhanced"}],
            configuration={
                "executeCommandConfiguration": {
                    "logging": "OVERRIDE",
                    "logConfiguration": {"cloudWatchLogGroupName": "sessions", "cloudWatchEncryptionEnabled": True},
                },
                "managedStorageConfiguration": {"fargateEphemeralStorageKmsKeyId": place.made["key"]},
            },
            tags=OWNER,
        )
        ecs.create_cluster(clusterName=bad, settings=[{"name": "containerInsights", "value": "disabled"}])
        for name in (good, bad):
            _service(place, name, good=name == good)
    group = place.arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/workers-0")
    providers = [
        {
            "capacityProviderArn": place.arn("ecs", f"capacity-provider/{name}"),
            "name": name,
            "status": "ACTIVE",
            "autoScalingGroupProvider": {
                "autoScalingGroupArn": group,
                "managedScaling": {"status": "ENABLED"},
                "managedTerminationProtection": protects,
            },
        }
        for name, protects in (("workers", "ENABLED"), ("old", "DISABLED"))
    ]
    place.tell("ecs:DescribeCapacityProviders", {"capacityProviders": providers})


def _good_task(place: Place, number: int) -> dict[str, Any]:
    container = {
        "name": "app",
        "image": f"{image(place, f'orders-{number}')}:1.4",
        "user": "1000",
        "memory": 256,
        "readonlyRootFilesystem": True,
        "environment": [{"name": "TABLE", "value": "orders"}],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "orders"}},
    }
    return {
        "containerDefinitions": [container],
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "taskRoleArn": role(place, "task"),
        "executionRoleArn": role(place, "pull"),
        "volumes": [
            {"name": "files", "efsVolumeConfiguration": {"fileSystemId": "fs-0123456789", "transitEncryption": "ENABLED"}},
        ],
    }


def _bad_task(place: Place, number: int) -> dict[str, Any]:
    container = {
        "name": "web",
        "image": f"{image(place, f'tools-{number}')}:latest",
        "user": "root",
        "memory": 256,
        "privileged": True,
        "environment": [{"name": "AWS_SECRET_ACCESS_KEY", "value": SECRET}, {"name": "NOTE", "value": HOSTILE["formula"]}],
    }
    volume = {"name": "files", "efsVolumeConfiguration": {"fileSystemId": "fs-0123456789"}}
    return {"containerDefinitions": [container], "networkMode": "host", "pidMode": "host", "volumes": [volume]}


def _service(place: Place, name: str, *, good: bool) -> None:
    """Tell of the cluster's service, of which moto forgets most settings."""
    subnets = place.made["subnets"]
    network = {
        "subnets": subnets if good else subnets[:1],
        "securityGroups": [place.made["groups"]["inside" if good else "temporary"]],
        "assignPublicIp": "DISABLED" if good else "ENABLED",
    }
    cluster, arn = place.arn("ecs", f"cluster/{name}"), place.arn("ecs", f"service/{name}/web")
    service = {
        "serviceArn": arn,
        "serviceName": "web",
        "clusterArn": cluster,
        "status": "ACTIVE",
        "desiredCount": 2,
        "runningCount": 2,
        "pendingCount": 0,
        "launchType": "FARGATE",
        "platformVersion": "LATEST" if good else "1.3.0",
        "platformFamily": "Linux",
        "taskDefinition": place.arn("ecs", f"task-definition/{name}:1"),
        "networkConfiguration": {"awsvpcConfiguration": network},
        "deploymentController": {"type": "ECS"},
        "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": good, "rollback": good}},
        "enableExecuteCommand": not good,
        "tags": OWNER if good else [],
    }
    place.tell("ecs:ListServices", {"serviceArns": [arn]}, cluster=cluster)
    place.tell("ecs:DescribeServices", {"services": [service]}, services=[arn])


def groups(place: Place, scale: int) -> None:
    """Make groups of machines, none of which runs: one by a template, and one by a configuration of long ago."""
    scaling = place.client("autoscaling")
    image = place.client("ec2").describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    template = {"ImageId": image, "InstanceType": "t3.micro", "MetadataOptions": {"HttpTokens": "required"}}
    for number in range(scale):
        made = place.client("ec2").create_launch_template(LaunchTemplateName=f"workers-{number}", LaunchTemplateData=template)
        none = {"MinSize": 0, "MaxSize": 2, "DesiredCapacity": 0}
        own = {"ResourceId": f"workers-{number}", "ResourceType": "auto-scaling-group", "PropagateAtLaunch": True}
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=f"workers-{number}",
            LaunchTemplate={"LaunchTemplateId": made["LaunchTemplate"]["LaunchTemplateId"], "Version": "$Latest"},
            VPCZoneIdentifier=",".join(place.made["subnets"]),
            MaxInstanceLifetime=2_592_000,
            Tags=[own | each for each in tags(owner="team-b")],
            **none,
        )
        careful = {"HttpTokens": "required", "HttpEndpoint": "enabled"}
        scaling.create_launch_configuration(
            LaunchConfigurationName=f"old-{number}",
            ImageId=image,
            InstanceType="t3.micro",
            UserData=script(f"export AWS_SECRET_ACCESS_KEY={SECRET}"),
            AssociatePublicIpAddress=True,
            BlockDeviceMappings=[root_disk(encrypted=place.careful)],
            **({"MetadataOptions": careful} if place.careful else {}),
        )
        scaling.create_auto_scaling_group(
            AutoScalingGroupName=f"old-{number}",
            LaunchConfigurationName=f"old-{number}",
            VPCZoneIdentifier=place.made["subnets"][0],
            **none,
        )


def management(place: Place, scale: int) -> None:
    """Make documents and parameters of Systems Manager, and set it up where people are careful."""
    ssm = place.client("ssm")
    step = {"action": "aws:runShellScript", "name": "run", "inputs": {"runCommand": ["uname -a"]}}
    careless = {**step, "inputs": {"runCommand": [f"export AWS_SECRET_ACCESS_KEY={SECRET}"]}}
    for number in range(scale):
        for name, each in ((f"inventory-{number}", step), (f"hotfix-{number}", careless)):
            content = json.dumps({"schemaVersion": "2.2", "description": HOSTILE["sql"], "mainSteps": [each]})
            owned = tags(owner="platform") if each is step else []
            ssm.create_document(Content=content, Name=name, DocumentType="Command", DocumentFormat="JSON", Tags=owned)
        if not place.careful:
            ssm.modify_document_permission(Name=f"hotfix-{number}", PermissionType="Share", AccountIdsToAdd=["All"])
        ssm.put_parameter(Name=f"/shop/{number}/db/password", Type="SecureString", Value="x", KeyId=place.made["key"])
        ssm.put_parameter(Name=f"/shop/{number}/mail/password", Type="String", Value="x", Tags=tags(owner="team-b"))
    if place.careful:
        shell = {"inputs": {"cloudWatchLogGroupName": "sessions", "kmsKeyId": place.made["key"]}}
        preferences = {"schemaVersion": "1.0", "sessionType": "Standard_Stream", **shell}
        ssm.create_document(Content=json.dumps(preferences), Name="SSM-SessionManagerRunShell", DocumentType="Session")
        for name, value in (
            ("documents/console/public-sharing-permission", "Disable"),
            ("automation/customer-script-log-destination", "CloudWatch"),
        ):
            told = {"SettingId": f"/ssm/{name}", "SettingValue": value, "Status": "Customized"}
            place.tell("ssm:GetServiceSetting", {"ServiceSetting": told}, SettingId=f"/ssm/{name}")


def stacks(place: Place, scale: int) -> None:
    """Tell of stacks: one that is protected, and one that hands out a key. moto would load every service it knows for them."""
    rows: list[dict[str, Any]] = []
    for number in range(scale):
        good = {
            "EnableTerminationProtection": True,
            "RoleARN": role(place, "stacks"),
            "NotificationARNs": [place.made["topic"]],
            "Tags": tags(owner="team-b"),
            "DriftInformation": {"StackDriftStatus": "IN_SYNC", "LastCheckTimestamp": ago(1)},
        }
        told = [{"OutputKey": "Key", "OutputValue": SECRET}, {"OutputKey": "Note", "OutputValue": HOSTILE["markup"]}]
        bad = {"Outputs": told, "DriftInformation": {"StackDriftStatus": "DRIFTED"}}
        for name, more in ((f"shop-{number}", good), (f"trial-{number}", bad)):
            row = {"StackName": name, "StackId": place.arn("cloudformation", f"stack/{name}/1"), "CreationTime": ago(200)}
            rows.append({**row, "StackStatus": "CREATE_COMPLETE", **more})
    place.tell("cloudformation:DescribeStacks", {"Stacks": rows})


def builds(place: Place, scale: int) -> None:
    """Tell of build projects, and of how they sign in to where sources lie."""
    names = [f"{kind}-{number}" for number in range(scale) for kind in ("orders", "fork")]
    place.tell("codebuild:ListProjects", {"projects": names})
    place.tell("codebuild:BatchGetProjects", {"projects": [_project(place, name) for name in names]})
    credential = {
        "arn": place.arn("codebuild", "token/github"),
        "serverType": "GITHUB",
        "authType": "CODECONNECTIONS" if place.careful else "PERSONAL_ACCESS_TOKEN",
    }
    place.tell("codebuild:ListSourceCredentials", {"sourceCredentialsInfos": [credential]})
    group = place.arn("codebuild", "report-group/orders")
    export = {"exportConfigType": "S3", "s3Destination": {"bucket": "reports", "encryptionDisabled": not place.careful}}
    row = {"arn": group, "name": "orders", "type": "TEST", "exportConfig": export, "status": "ACTIVE", "tags": OWNER}
    place.tell("codebuild:ListReportGroups", {"reportGroups": [group]})
    place.tell("codebuild:BatchGetReportGroups", {"reportGroups": [row]})


def _project(place: Place, name: str) -> dict[str, Any]:
    good = name.startswith("orders")
    user = "" if good else "ada:hunter2@"
    event = {"type": "EVENT", "pattern": "PUSH" if good else "PULL_REQUEST_CREATED"}
    variable = {"name": "STAGE" if good else "AWS_SECRET_ACCESS_KEY", "value": "test" if good else SECRET, "type": "PLAINTEXT"}
    return {
        "name": name,
        "arn": place.arn("codebuild", f"project/{name}"),
        "source": {"type": "GITHUB", "location": f"https://{user}github.com/example/{name}.git"},
        "artifacts": {"type": "S3", "location": "artifacts", "encryptionDisabled": not good},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0" if good else image(place, "tools-0"),
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [variable],
            "privilegedMode": not good,
        },
        "serviceRole": role(place, "build"),
        "encryptionKey": place.made["key"] if good else place.arn("kms", "alias/aws/s3"),
        "tags": OWNER if good else [],
        "created": ago(200),
        "lastModified": ago(20),
        "webhook": {"url": "https://api.github.com/hooks/1", "filterGroups": [[event]]},
        "logsConfig": {"cloudWatchLogs": {"status": "ENABLED" if good else "DISABLED"}},
        "projectVisibility": "PRIVATE" if good else "PUBLIC_READ",
        **({"vpcConfig": {"vpcId": place.made["vpc"], "subnets": place.made["subnets"]}} if good else {}),
    }
