"""Amazon EBS: volumes, the account's own snapshots, and a region's defaults.

Which snapshots are public, one call tells for all of them. With which accounts one is shared, only a call for each would
tell; a region may hold tens of thousands of snapshots, and EC2 takes such calls from the budget of the account's own (EC2
developer guide, "Request throttling"), so they are not made. IAM Access Analyzer watches that sharing, at no cost; whether it
is on is checked.
"""

from collectors.aws.spec import Call, Spec

VOLUME = Spec(
    type="aws.ebs.volume",
    service="aws.ebs",
    api="ec2",
    title="Volume",
    listing=Call("describe_volumes", "Volumes", MaxResults=1000),
    id="arn:{partition}:ec2:{region}:{account}:volume/{VolumeId}",
    name="{VolumeId}",
    tags="item.Tags",
)

# ARNs of snapshots name no account. Source: Service Authorization Reference, resource types of Amazon EC2.
SNAPSHOT = Spec(
    type="aws.ebs.snapshot",
    service="aws.ebs",
    api="ec2",
    title="Snapshot",
    listing=Call("describe_snapshots", "Snapshots", OwnerIds=["self"], MaxResults=1000),
    id="arn:{partition}:ec2:{region}::snapshot/{SnapshotId}",
    name="{SnapshotId}",
    facts={
        "public": Call(
            "describe_snapshots",
            "Snapshots[].{SnapshotId: SnapshotId}",
            by="SnapshotId",
            key="{SnapshotId}",
            OwnerIds=["self"],
            RestorableByUserIds=["all"],
            MaxResults=1000,
        ),
    },
    tags="item.Tags",
    volatile=("item.Progress",),
)

SETTINGS = Spec(
    type="aws.ebs.settings",
    service="aws.ebs",
    api="ec2",
    title="Defaults of EBS in one region",
    id="arn:{partition}:ec2:{region}:{account}:ebs-settings",
    name="{region}",
    facts={
        "encryption": Call("get_ebs_encryption_by_default"),
        # The key is judged only where new volumes are encrypted without being asked for it.
        "key": Call(
            "get_ebs_default_kms_key_id", needless=("encryption", "EbsEncryptionByDefault == `false`", "EncryptionByDefaultOff")
        ),
        "public_sharing": Call("get_snapshot_block_public_access_state"),
        "recycle_bin": Call("list_rules", "Rules", service="rbin", ResourceType="EBS_SNAPSHOT", MaxResults=1000),
    },
)
