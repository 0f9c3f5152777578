"""Thousands of plain things: for what grows with the size of an account. Most go straight into moto's state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulators.aws.estate.place import Place, trust
from simulators.aws.tuning import share_keys

TRUSTED = trust({"Service": "lambda.amazonaws.com"})
HASH = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
Make = Callable[[Place, str], object]


def _role(place: Place, name: str) -> object:
    return place.backend("iam").create_role(name, TRUSTED, "/", None, "", [], 3600)


def _group(place: Place, name: str) -> object:
    ec2: Any = place.backend("ec2")
    return ec2.create_security_group(name, "bulk", next(iter(ec2.vpcs)))


def _key(place: Place, name: str) -> object:
    share_keys()
    return place.client("kms").create_key(Description=name)


# What each type of resource takes to make one of.
KINDS: dict[str, Make] = {
    "aws.s3.bucket": lambda place, name: place.backend("s3").create_bucket(f"{name}-{place.account}", place.region),
    "aws.iam.user": lambda place, name: place.backend("iam").create_user("us-east-1", name),
    "aws.iam.role": _role,
    "aws.iam.group": lambda place, name: place.backend("iam").create_group(name),
    "aws.sqs.queue": lambda place, name: place.backend("sqs").create_queue(name),
    "aws.sns.topic": lambda place, name: place.backend("sns").create_topic(name),
    "aws.logs.log_group": lambda place, name: place.backend("logs").create_log_group(name, {}),
    "aws.vpc.security_group": _group,
    "aws.ebs.volume": lambda place, _name: place.backend("ec2").create_volume(size=1, zone_name=f"{place.region}a"),
    "aws.kms.key": _key,
    "aws.dynamodb.table": lambda place, name: place.client("dynamodb").create_table(TableName=name, **HASH),
    "aws.ecr.repository": lambda place, name: place.client("ecr").create_repository(repositoryName=name),
    "aws.secretsmanager.secret": lambda place, name: place.client("secretsmanager").create_secret(Name=name, SecretString="x"),
}


def fill_bulk(place: Place, number: int) -> None:
    """Make *number* of each of :data:`KINDS`, ``bulk-000000`` and so on."""
    for make in KINDS.values():
        for each in range(number):
            make(place, f"bulk-{each:06d}")
