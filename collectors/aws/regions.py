"""Which regions of an account are read."""

from __future__ import annotations

from collections.abc import Collection

import boto3

from collectors.aws.errors import FAILURES, DecodeError, code_of, message_of, reason_of
from collectors.aws.read import Caller
from collectors.aws.session import Connection
from collectors.aws.spec import Call
from scanner.model import Gap
from scanner.provider import ConnectError

ASKED = Call("describe_regions", "Regions[].RegionName")


def regions(connection: Connection, wanted: Collection[str], *, strict: bool = True) -> tuple[list[str], list[Gap]]:
    """Return the regions that are enabled in the account, narrowed to *wanted*, and what could not be found out.

    Raises :class:`ConnectError` for a wanted region that isn't enabled; unless *strict*, there is just nothing in it.
    When AWS refuses the list, the SDK's own is taken: what isn't enabled then shows as gaps of its own, and that the list
    is a guess is a gap as well.
    """
    try:
        enabled = _enabled(connection)
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
    if not strict and wanted:
        return [each for each in enabled if each in wanted], []
    if missing := sorted(set(wanted) - set(enabled)):
        account = connection.account.id
        raise ConnectError(f"not enabled in account {account}: {', '.join(missing)}; enabled: {', '.join(enabled)}")
    return sorted(wanted) or enabled, []


def _enabled(connection: Connection) -> list[str]:
    """Return what AWS says is enabled; without parameters, it leaves out what isn't."""
    clients = connection.clients
    caller = Caller(clients("ec2", connection.region), clients.budget)
    if found := sorted(name for page in caller.pages(ASKED, {}) for name in page or ()):
        return found
    raise DecodeError("DescribeRegions named no region")


def known(connection: Connection) -> list[str]:
    """Return the regions of the account's partition that the SDK knows; it can't tell which of them need opting in."""
    return boto3.Session().get_available_regions("ec2", partition_name=connection.account.partition)
