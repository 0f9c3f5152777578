"""Which regions of an account are read."""

from __future__ import annotations

from collections.abc import Collection

import boto3

from collectors.aws.errors import FAILURES, code_of, message_of, reason_of
from collectors.aws.session import Connection
from scanner.model import Gap
from scanner.provider import ConnectError


def regions(connection: Connection, wanted: Collection[str]) -> tuple[list[str], list[Gap]]:
    """Return the regions that are enabled in the account, narrowed to *wanted*, and what could not be found out.

    Raises :class:`ConnectError` for a wanted region that isn't enabled. When AWS refuses the list, the SDK's own is
    taken: what isn't enabled then shows as gaps of its own, and that the list is a guess is a gap as well.
    """
    try:
        client = connection.clients("ec2", connection.region)
        enabled = sorted(str(region["RegionName"]) for region in client.describe_regions()["Regions"])
    except FAILURES as error:
        gap = Gap(
            "aws.account.region",
            "global",
            "aws.account",
            "ec2:DescribeRegions",
            reason_of(error),
            code_of(error),
            "ec2:DescribeRegions",
            message_of(error),
        )
        return sorted(wanted) or known(connection), [gap]
    if missing := sorted(set(wanted) - set(enabled)):
        account = connection.account.id
        raise ConnectError(f"not enabled in account {account}: {', '.join(missing)}; enabled: {', '.join(enabled)}")
    return sorted(wanted) or enabled, []


def known(connection: Connection) -> list[str]:
    """Return the regions of the account's partition that the SDK knows, but for those that need opting in."""
    return boto3.Session().get_available_regions("ec2", partition_name=connection.account.partition)
