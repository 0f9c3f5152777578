"""Buckets, access points, and what an account says about public ones."""

from __future__ import annotations

from simulators.aws.estate.place import HOSTILE, Place, deny_plain_http, document, tags

BLOCKS = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def create(place: Place, name: str) -> None:
    """Make a bucket in the place's region. In us-east-1 AWS refuses to be told the region."""
    where = {"CreateBucketConfiguration": {"LocationConstraint": place.region}} if place.region != "us-east-1" else {}
    place.client("s3").create_bucket(Bucket=name, **where)


def buckets(place: Place, scale: int) -> None:
    """Make four buckets: open to the world, well kept, and two as they come."""
    s3 = place.client("s3")
    for number in range(4 * scale):
        name = f"bucket-{place.account}-{number}"
        create(place, name)
        if number % 4 == 0:
            anyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"}
            s3.put_bucket_policy(Bucket=name, Policy=document(anyone))
        if number % 4 == 1:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=BLOCKS)
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags(owner="team-b", note=HOSTILE["mirrored"])})


def vaults(place: Place, scale: int) -> None:
    """Make the buckets that logs and reports go to, an access point, and the account's own block of public access."""
    s3, control = place.client("s3"), place.client("s3control")
    for number in range(scale):
        name = f"logs-{place.account}-{place.region}-{number}"
        create(place, name)
        place.made.setdefault("log_bucket", name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=BLOCKS)
        arns = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
        s3.put_bucket_policy(Bucket=name, Policy=document(deny_plain_http(arns, "s3:*")))
        encrypted = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": place.made["key"]}
        rules = [{"ApplyServerSideEncryptionByDefault": encrypted, "BucketKeyEnabled": True}]
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
        expiry = {"ID": "end", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [expiry]})
        owned = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=owned)
        point = {"Name": f"reports-{number}", "Bucket": name, "PublicAccessBlockConfiguration": BLOCKS}
        control.create_access_point(AccountId=place.account, **point)
    if place.careful:
        control.put_public_access_block(AccountId=place.account, PublicAccessBlockConfiguration=BLOCKS)
