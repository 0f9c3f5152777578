"""Amazon Elastic File System."""

from collectors.aws.spec import Call, Spec

FILE_SYSTEM = Spec(
    type="aws.efs.file_system",
    service="aws.efs",
    api="efs",
    title="File system",
    listing=Call("describe_file_systems", "FileSystems", MaxItems=100),
    id="{FileSystemArn}",
    name="{FileSystemId}",
    facts={
        "policy": Call(
            "describe_file_system_policy",
            "Policy",
            decode="json",
            absent="PolicyNotFound",
            FileSystemId="{FileSystemId}",
        ),
        "backup_policy": Call("describe_backup_policy", "BackupPolicy", absent="PolicyNotFound", FileSystemId="{FileSystemId}"),
    },
    tags="item.Tags",
    gone=frozenset({"FileSystemNotFound"}),
    volatile=("item.SizeInBytes",),
)

# AWS lists mount targets file system by file system only.
MOUNT_TARGET = Spec(
    type="aws.efs.mount_target",
    service="aws.efs",
    api="efs",
    title="Mount target",
    parent="aws.efs.file_system",
    listing=Call("describe_mount_targets", "MountTargets", FileSystemId="{parent[FileSystemId]}", MaxItems=100),
    id="arn:{partition}:elasticfilesystem:{region}:{account}:mount-target/{MountTargetId}",
    name="{MountTargetId}",
    gone=frozenset({"FileSystemNotFound"}),
)

# Without a file system in the request, the access points of all of them come back.
ACCESS_POINT = Spec(
    type="aws.efs.access_point",
    service="aws.efs",
    api="efs",
    title="Access point",
    listing=Call("describe_access_points", "AccessPoints", MaxResults=100),
    id="{AccessPointArn}",
    name="{AccessPointId}",
    tags="item.Tags",
)
