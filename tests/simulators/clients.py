"""Plain boto3 clients of a seeded account, which try once and do not pace themselves."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from simulators.aws import SimulatedAws
from simulators.aws.estate import ROLE
from tests.conftest import ACCOUNT

CONFIG = Config(retries={"total_max_attempts": 1})


def enter(aws: SimulatedAws, service: str, account: str = ACCOUNT, region: str = "eu-west-1") -> Any:
    """Return a client that acts by the account's role. What entering took is not counted."""
    client = entered(aws.endpoint, service, account, region)
    aws.reset_calls()
    return client


def entered(endpoint: str, service: str, account: str = ACCOUNT, region: str = "eu-west-1") -> Any:
    make: Any = boto3.Session("AKIAEXAMPLEEXAMPLE00", "example", region_name=region).client
    role = {"RoleArn": f"arn:aws:iam::{account}:role/{ROLE}", "RoleSessionName": "test"}
    keys = make("sts", endpoint_url=endpoint).assume_role(**role)["Credentials"]
    inside: Any = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=region).client
    return inside(service, endpoint_url=endpoint, config=CONFIG)
