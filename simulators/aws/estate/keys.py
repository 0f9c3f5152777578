"""Keys and secrets."""

from __future__ import annotations

import json

from simulators.aws.estate.place import HOSTILE, Place, ago, document, tags
from simulators.aws.tuning import share_keys


def keys(place: Place, scale: int) -> None:
    """Make keys: one that rotates and that others use, one that doesn't and that anybody may use, one to be deleted."""
    share_keys()
    kms = place.client("kms")
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{place.account}:root"}, "Action": "kms:*", "Resource": "*"}
    for number in range(scale):
        good = kms.create_key(Description="data", Policy=document(root), Tags=_tags(owner="platform"))["KeyMetadata"]
        kms.enable_key_rotation(KeyId=good["KeyId"])
        kms.create_alias(AliasName=f"alias/data-{number}", TargetKeyId=good["KeyId"])
        place.made.setdefault("key", good["Arn"])
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}
        policy = document(root, *([] if place.careful else [anybody]))
        kms.create_key(Description=HOSTILE["markup"], Policy=policy, Tags=_tags(note=HOSTILE["formula"]))
        doomed = kms.create_key(Description="old", Policy=document(root))["KeyMetadata"]["KeyId"]
        kms.schedule_key_deletion(KeyId=doomed, PendingWindowInDays=7)
        kms.create_key(Description="signing", KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", Policy=document(root))


def _tags(**pairs: str) -> list[dict[str, str]]:
    return [{"TagKey": key, "TagValue": value} for key, value in pairs.items()]


def secrets(place: Place, scale: int) -> None:
    """Make secrets: one that rotates and is copied, one that nobody has touched for a year."""
    manager = place.client("secretsmanager")
    for number in range(scale):
        replica = [{"Region": "us-east-1" if place.region != "us-east-1" else "eu-west-1"}] if place.careful else []
        good = manager.create_secret(
            Name=f"database-{place.region}-{number}",
            SecretString="made-up",
            KmsKeyId=place.made["key"],
            Tags=tags(owner="team-b"),
            **({"AddReplicaRegions": replica} if replica else {}),
        )
        place.made.setdefault("secret", good["ARN"])
        bad = manager.create_secret(
            Name=f"forgotten-{number}", SecretString="made-up", Description=HOSTILE["terminal"], Tags=tags(note=HOSTILE["sql"])
        )
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
        manager.put_resource_policy(SecretId=bad["ARN"], ResourcePolicy=json.dumps({"Statement": [anybody]}))
        place.backend("secretsmanager").secrets[bad["ARN"]].created_date = ago(400).timestamp()
