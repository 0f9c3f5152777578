"""What the demo shows of AWS: an organization of three accounts, and one role that lacks a few rights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulators.aws.estate import NAMES, REGIONS, ROLE
from simulators.aws.estate.organization import SANDBOX
from simulators.aws.faults import Fault
from simulators.aws.server import SimulatedAws
from simulators.stage import Stage

# What the role in one account was never given: a scan that shows no blind spots would show half of what there is to see.
WITHHELD = ("iam:GetCredentialReport", "kms:GetKeyPolicy", "lambda:GetPolicy", "logs:Describe*", "s3:GetBucketPolicy")


@contextmanager
def staged() -> Iterator[Stage]:
    with SimulatedAws.start() as aws:
        aws.seed_organization()
        for operation in WITHHELD:
            aws.fault(Fault(operation, "denied", account=SANDBOX))
        told = f"an AWS organization, accounts {', '.join(NAMES.values())}; the role in {NAMES[SANDBOX]} lacks a few rights"
        accounts = [
            {"name": name, "role_arn": f"arn:aws:iam::{account}:role/{ROLE}", "regions": REGIONS}
            for account, name in NAMES.items()
        ]
        yield Stage(told, aws.environment, accounts)
