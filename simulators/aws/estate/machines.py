"""Machines, with their disks, images and templates, and what is known of their inside."""

from __future__ import annotations

import base64
from typing import Any

from simulators.aws.estate.place import HOSTILE, Place, ago, named


def root_disk(*, encrypted: bool) -> dict[str, Any]:
    return {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": encrypted, "DeleteOnTermination": True}}


def script(line: str) -> str:
    return base64.b64encode(f"#!/bin/sh\n{line}\n".encode()).decode()


def machines(place: Place, scale: int) -> None:
    """Make instances: one as it should be, one old, public and with a password in its user data; disks, images, templates."""
    ec2 = place.client("ec2")
    subnets, groups = place.made["subnets"], place.made["groups"]
    image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
    common = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    for _ in range(scale):
        good = ec2.run_instances(
            **common,
            SubnetId=subnets[1],
            SecurityGroupIds=[groups["inside"]],
            IamInstanceProfile={"Name": "machine"},
            MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1, "HttpEndpoint": "enabled"},
            BlockDeviceMappings=[root_disk(encrypted=True)],
            TagSpecifications=named("instance", Name="web", owner="team-b"),
        )["Instances"][0]["InstanceId"]
        ec2.run_instances(
            **common,
            SubnetId=subnets[0],
            SecurityGroupIds=[groups["temporary"]],
            MetadataOptions={"HttpTokens": "optional", "HttpEndpoint": "enabled"},
            BlockDeviceMappings=[root_disk(encrypted=False)],
            UserData=script("export DB_PASSWORD=correct-horse-battery-staple"),
            TagSpecifications=named("instance", Name=HOSTILE["markup"], note=HOSTILE["formula"]),
        )
        place.made.setdefault("instance", good)
    _disks(place, scale)
    _templates(place, image)
    _guests(place)


def _disks(place: Place, scale: int) -> None:
    ec2, zone = place.client("ec2"), f"{place.region}a"
    for number in range(scale):
        clear = ec2.create_volume(AvailabilityZone=zone, Size=1, Encrypted=False)["VolumeId"]
        ec2.create_volume(AvailabilityZone=zone, Size=1, Encrypted=True, TagSpecifications=named("volume", owner="team-b"))
        kept = ec2.create_snapshot(VolumeId=clear, Description=HOSTILE["mirrored"])["SnapshotId"]
        if not place.careful:
            ec2.modify_snapshot_attribute(
                SnapshotId=kept, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
            )
        own = ec2.create_image(InstanceId=place.made["instance"], Name=f"golden-{number}")["ImageId"]
        if not place.careful:
            launch = {"Add": [{"Group": "all"}]}
            ec2.modify_image_attribute(ImageId=own, LaunchPermission=launch)


def _templates(place: Place, image: str) -> None:
    ec2 = place.client("ec2")
    data = script("yum -y update")
    tokens = {"HttpTokens": "required" if place.careful else "optional"}
    ec2.create_launch_template(
        LaunchTemplateName="web",
        LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro", "UserData": data, "MetadataOptions": tokens},
    )
    ec2.create_key_pair(KeyName="admin", KeyType="ed25519")


def _guests(place: Place) -> None:
    """Tell what Systems Manager and Inspector know of the guests, where both are in use."""
    if not place.careful:
        return
    good = place.made["instance"]
    managed = {
        "InstanceId": good,
        "PingStatus": "Online",
        "LastPingDateTime": ago(0.01),
        "AgentVersion": "3.3.2299.0",
        "IsLatestVersion": True,
        "PlatformType": "Linux",
        "PlatformName": "Amazon Linux",
        "PlatformVersion": "2023",
        "ResourceType": "EC2Instance",
        "ComputerName": "ip-10-0-1-5",
    }
    place.tell("ssm:DescribeInstanceInformation", {"InstanceInformationList": [managed]})
    patched = {
        "InstanceId": good,
        "PatchGroup": "",
        "BaselineId": "pb-0123456789abcdef0",
        "InstalledCount": 210,
        "MissingCount": 0,
        "FailedCount": 0,
        "InstalledPendingRebootCount": 0,
        "CriticalNonCompliantCount": 0,
        "SecurityNonCompliantCount": 0,
        "OperationStartTime": ago(1),
        "OperationEndTime": ago(1),
        "Operation": "Scan",
    }
    place.tell("ssm:DescribeInstancePatchStates", {"InstancePatchStates": [patched]})
    covered = {"resourceType": "AWS_EC2_INSTANCE", "resourceId": good, "accountId": place.account, "scanType": "PACKAGE"}
    status = {"scanStatus": {"statusCode": "ACTIVE", "reason": "SUCCESSFUL"}, "lastScannedAt": ago(0.2)}
    place.tell("inspector2:ListCoverage", {"coveredResources": [covered | status]})
