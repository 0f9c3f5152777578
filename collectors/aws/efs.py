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
