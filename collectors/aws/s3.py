"""Amazon S3: buckets, access points, and the account's own settings.

S3 has no bulk call for the settings of buckets: each fact is one call a bucket. The listing tells a bucket's region
only when it is asked with at least one parameter.
"""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

BUCKET = Spec(
    type="aws.s3.bucket",
    service="aws.s3",
    api="s3",
    title="Bucket",
    scope="global",
    listing=Call("list_buckets", "Buckets", iam="s3:ListAllMyBuckets", MaxBuckets=1000),
    id="arn:{partition}:s3:::{Name}",
    name="{Name}",
    region="{BucketRegion}",
    facts={
        "policy": Call("get_bucket_policy", "Policy", decode="json", absent="NoSuchBucketPolicy", Bucket="{Name}"),
        "public_access_block": Call(
            "get_public_access_block",
            "PublicAccessBlockConfiguration",
            absent="NoSuchPublicAccessBlockConfiguration",
            iam="s3:GetBucketPublicAccessBlock",
            Bucket="{Name}",
        ),
        "ownership": Call(
            "get_bucket_ownership_controls",
            "OwnershipControls.Rules",
            absent="OwnershipControlsNotFoundError",
            Bucket="{Name}",
        ),
        # With ACLs disabled, AWS answers for every bucket that its owner has full control.
        # Source: S3 User Guide, "Troubleshooting" of Object Ownership.
        "acl": Call(
            "get_bucket_acl",
            "{Owner: Owner, Grants: Grants}",
            needless=("ownership", "[0].ObjectOwnership == 'BucketOwnerEnforced'", "BucketOwnerEnforced"),
            Bucket="{Name}",
        ),
        "encryption": Call(
            "get_bucket_encryption",
            "ServerSideEncryptionConfiguration.Rules",
            absent="ServerSideEncryptionConfigurationNotFoundError",
            iam="s3:GetEncryptionConfiguration",
            Bucket="{Name}",
        ),
        "versioning": Call("get_bucket_versioning", Bucket="{Name}"),
        "logging": Call("get_bucket_logging", "LoggingEnabled", Bucket="{Name}"),
        "lifecycle": Call(
            "get_bucket_lifecycle_configuration",
            "Rules",
            absent="NoSuchLifecycleConfiguration",
            iam="s3:GetLifecycleConfiguration",
            Bucket="{Name}",
        ),
        # It needs versioning, which cannot be suspended under it. Source: S3 User Guide, "Object Lock considerations".
        "object_lock": Call(
            "get_object_lock_configuration",
            "ObjectLockConfiguration",
            needless=("versioning", "Status != 'Enabled'", "NotVersioned"),
            absent="ObjectLockConfigurationNotFoundError",
            iam="s3:GetBucketObjectLockConfiguration",
            Bucket="{Name}",
        ),
        "tags": tagging(
            "s3:bucket",
            "arn:{partition}:s3:::{Name}",
            Call("get_bucket_tagging", "{Tags: TagSet}", absent="NoSuchTagSet", Bucket="{Name}"),
        ),
    },
    tags="tags.Tags",
    gone=frozenset({"NoSuchBucket"}),
)

ACCOUNT_SETTINGS = Spec(
    type="aws.s3.account_settings",
    service="aws.s3",
    api="s3control",
    title="S3 settings of the account",
    scope="global",
    id="arn:{partition}:s3::{account}:settings",
    name="{account}",
    facts={
        "public_access_block": Call(
            "get_public_access_block",
            "PublicAccessBlockConfiguration",
            absent="NoSuchPublicAccessBlockConfiguration",
            iam="s3:GetAccountPublicAccessBlock",
            AccountId="{account}",
        ),
    },
)

ACCESS_POINT = Spec(
    type="aws.s3.access_point",
    service="aws.s3",
    api="s3control",
    title="Access point",
    listing=Call("list_access_points", "AccessPointList", iam="s3:ListAccessPoints", AccountId="{account}", MaxResults=1000),
    id="arn:{partition}:s3:{region}:{account}:accesspoint/{Name}",
    name="{Name}",
    facts={
        "access_point": Call("get_access_point", iam="s3:GetAccessPoint", AccountId="{account}", Name="{Name}"),
        "policy": Call(
            "get_access_point_policy",
            "Policy",
            decode="json",
            absent="NoSuchAccessPointPolicy",
            iam="s3:GetAccessPointPolicy",
            AccountId="{account}",
            Name="{Name}",
        ),
    },
    gone=frozenset({"NoSuchAccessPoint"}),
)
