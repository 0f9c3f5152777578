"""Fills a simulated account, the way careful and careless people do; the same numbers give the same estate."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3

ROLE = "demarc-read"
OPEN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
ADMIN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def trust(principal: dict[str, str]) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def seed(endpoint: str, scale: int, account: str, region: str) -> None:
    """Fill *account*: *scale* times a handful of each kind of thing."""
    session = boto3.Session("AKIAEXAMPLEEXAMPLE00", "example", region_name=region)
    sts: Any = session.client("sts", endpoint_url=endpoint)
    role = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/{ROLE}", RoleSessionName="seed")["Credentials"]
    keys = (role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"])
    inside = boto3.Session(*keys, region_name=region)

    def client(service: str) -> Any:
        make: Any = inside.client
        return make(service, endpoint_url=endpoint)

    for part in (_people, _buckets, _queues):
        part(client, scale, account)


def _people(client: Callable[[str], Any], scale: int, account: str) -> None:
    iam = client("iam")
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{account}:root"}))
    iam.update_account_password_policy(MinimumPasswordLength=8, PasswordReusePrevention=3)
    policy = iam.create_policy(PolicyName="everything", PolicyDocument=json.dumps(ADMIN))["Policy"]["Arn"]
    iam.create_group(GroupName="staff")
    for number in range(4 * scale):
        name = f"user-{number}"
        iam.create_user(UserName=name, Tags=[{"Key": "owner", "Value": "team-a"}] if number % 2 else [])
        iam.create_access_key(UserName=name)
        if number % 4 == 0:
            iam.create_login_profile(UserName=name, Password="Example-Password-1")
            iam.attach_user_policy(UserName=name, PolicyArn=policy)
        else:
            iam.add_user_to_group(GroupName="staff", UserName=name)
    for number in range(2 * scale):
        principal = {"Service": "lambda.amazonaws.com"} if number % 2 else {"AWS": "*"}
        iam.create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=trust(principal))


def _buckets(client: Callable[[str], Any], scale: int, account: str) -> None:
    s3 = client("s3")
    for number in range(4 * scale):
        name = f"bucket-{account}-{number}"
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        if number % 4 == 0:
            s3.put_bucket_policy(Bucket=name, Policy=json.dumps(OPEN))
        if number % 4 == 1:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            blocks = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(blocks, True))
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "owner", "Value": "team-b"}]})


def _queues(client: Callable[[str], Any], scale: int, account: str) -> None:
    sqs = client("sqs")
    for number in range(2 * scale):
        managed = "true" if number % 2 else "false"
        sqs.create_queue(QueueName=f"queue-{account}-{number}", Attributes={"SqsManagedSseEnabled": managed})
