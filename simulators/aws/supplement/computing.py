"""What the supplement says of instances and functions follows from those that moto knows."""

from __future__ import annotations

import json
from collections.abc import Iterator

from simulators.aws.inside import InsideError
from simulators.aws.shapes import Params
from simulators.aws.supplement.registry import Asked, Result, amends, answers

# Source: AWS Lambda Developer Guide, "Lambda quotas".
LAMBDA_LIMITS = {
    "TotalCodeSize": 80530636800,
    "CodeSizeUnzipped": 262144000,
    "CodeSizeZipped": 52428800,
    "ConcurrentExecutions": 1000,
    "UnreservedConcurrentExecutions": 1000,
}


def _instances(asked: Asked) -> Iterator[Params]:
    pages = asked.client("ec2").describe_instances()
    return (each for group in pages["Reservations"] for each in group["Instances"])


@amends("ec2:DescribeInstances")
def describe_instances(_asked: Asked, result: Params) -> Result:
    """Add the maintenance options, which hold unless somebody changed them."""
    for group in result["Reservations"]:
        for instance in group["Instances"]:
            instance.setdefault("MaintenanceOptions", {"AutoRecovery": "default", "RebootMigration": "default"})
    return result


@answers("ec2:DescribeInstanceImageMetadata")
def describe_instance_image_metadata(asked: Asked) -> Result:
    images = {each["ImageId"]: each for each in asked.client("ec2").describe_images()["Images"]}
    return {"InstanceImageMetadata": [_with_image(each, images.get(each["ImageId"])) for each in _instances(asked)]}


def _with_image(instance: Params, image: Params | None) -> Params:
    known = image or {}
    return {
        "InstanceId": instance["InstanceId"],
        "InstanceType": instance["InstanceType"],
        "LaunchTime": instance["LaunchTime"],
        "AvailabilityZone": instance["Placement"]["AvailabilityZone"],
        "State": instance["State"],
        "OwnerId": instance.get("OwnerId", ""),
        "Tags": instance.get("Tags", []),
        "ImageMetadata": {
            "ImageId": instance["ImageId"],
            "Name": known.get("Name", ""),
            "OwnerId": known.get("OwnerId", ""),
            "State": "available",
            "CreationDate": known.get("CreationDate", ""),
            "IsPublic": known.get("Public", False),
            **({"ImageOwnerAlias": known["ImageOwnerAlias"]} if "ImageOwnerAlias" in known else {}),
        },
    }


@amends("ec2:DescribeSnapshots")
def describe_snapshots(asked: Asked, result: Params) -> Result:
    """Leave out those of images that moto begins with, and heed who may restore them, which moto doesn't."""
    rows = [
        each for each in result["Snapshots"] if not str(each.get("Description")).startswith("Auto-created snapshot for AMI")
    ]
    wanted = asked.params.get("RestorableByUserIds")
    return {**result, "Snapshots": [each for each in rows if not wanted or _restorable(asked, each, wanted)]}


def _restorable(asked: Asked, snapshot: Params, wanted: list[str]) -> bool:
    permissions = asked.client("ec2").describe_snapshot_attribute(
        SnapshotId=snapshot["SnapshotId"], Attribute="createVolumePermission"
    )["CreateVolumePermissions"]
    return any(each.get("Group", each.get("UserId")) in wanted for each in permissions)


@answers("lambda:ListFunctionUrlConfigs")
def list_function_url_configs(asked: Asked) -> Result:
    try:
        found = asked.client("lambda").get_function_url_config(FunctionName=asked.params["FunctionName"])
    except InsideError:
        return {"FunctionUrlConfigs": []}
    return {"FunctionUrlConfigs": [found]}


@amends("lambda:GetPolicy")
def get_policy(_asked: Asked, result: Params) -> Result:
    """Write whom an account's number or an ARN names as AWS does, where moto leaves what the caller wrote."""
    document = json.loads(result["Policy"])
    for statement in document["Statement"]:
        named = statement["Principal"]
        if isinstance(named, str) and named != "*":
            statement["Principal"] = {"AWS": f"arn:aws:iam::{named}:root" if named.isdigit() else named}
    return {**result, "Policy": json.dumps(document)}


@answers("lambda:GetRuntimeManagementConfig")
def get_runtime_management_config(asked: Asked) -> Result:
    """Say what holds unless somebody changed it. Source: AWS Lambda Developer Guide, "Runtime update modes"."""
    return {"UpdateRuntimeOn": "Auto", "FunctionArn": asked.arn("lambda", f"function:{asked.params['FunctionName']}")}


@answers("lambda:GetAccountSettings")
def get_account_settings(asked: Asked) -> Result:
    functions = asked.client("lambda").list_functions()["Functions"]
    usage = {"TotalCodeSize": sum(each["CodeSize"] for each in functions), "FunctionCount": len(functions)}
    return {"AccountLimit": LAMBDA_LIMITS, "AccountUsage": usage}


@amends("lambda:ListFunctions")
def list_functions(asked: Asked, result: Params) -> Result:
    """Name the VPC of a function's subnets, for which moto has always the same name."""
    placed = [each["VpcConfig"] for each in result["Functions"] if each.get("VpcConfig", {}).get("SubnetIds")]
    if placed:
        known = {each["SubnetId"]: each["VpcId"] for each in asked.client("ec2").describe_subnets()["Subnets"]}
        for config in placed:
            config["VpcId"] = known[config["SubnetIds"][0]]
    return result


# Source: Elastic Load Balancing User Guide for Application Load Balancers, "Load balancer attributes".
BALANCER = {
    "access_logs.s3.enabled": "false",
    "connection_logs.s3.enabled": "false",
    "idle_timeout.timeout_seconds": "60",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}


@amends("elbv2:DescribeLoadBalancerAttributes")
def describe_load_balancer_attributes(_asked: Asked, result: Params) -> Result:
    """Add the attributes that moto leaves out where nobody set them."""
    told = {each["Key"]: each.get("Value", "") for each in result["Attributes"]}
    return {"Attributes": [{"Key": key, "Value": value} for key, value in {**BALANCER, **told}.items()]}


@amends("elb:DescribeLoadBalancers")
def describe_load_balancers(asked: Asked, result: Params) -> Result:
    """Name the zones of a classic load balancer's subnets."""
    known = {each["SubnetId"]: each["AvailabilityZone"] for each in asked.client("ec2").describe_subnets()["Subnets"]}
    for balancer in result["LoadBalancerDescriptions"]:
        balancer["AvailabilityZones"] = balancer["AvailabilityZones"] or [known[each] for each in balancer["Subnets"]]
    return result
