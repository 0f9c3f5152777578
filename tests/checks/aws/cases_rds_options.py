from typing import Any

import pytest

from checks.aws import rds_options
from scanner.model import Outcome, Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.databases import instance

(ALONE,) = rds_options.engine_alone
GROUP = "aws.rds.option_group"


def group(**ports: int) -> Resource:
    """Return the group ``ours`` with options, each with its port, or 0 for none."""
    added = [{"OptionName": name, "Port": port or None} for name, port in ports.items()]
    return resource(GROUP, item={"OptionGroupName": "ours", "Options": added})


def asked(outcome: Outcome, *inventory: Any, **more: Any) -> pytest.ParameterSet:
    found: pytest.ParameterSet = case(ALONE, outcome, item=instance("oracle-se2", **more), inventory=inventory)
    return found


CASES = [
    asked(PASS, group()),
    asked(PASS, group(STATSPACK=0, SSL=2484)),
    asked(PASS, OptionGroupMemberships=[{"OptionGroupName": "default:oracle-se2-19"}]),
    asked(PASS, OptionGroupMemberships=[]),
    asked(FAIL, group(STATSPACK=0, OEM=1158)),
    asked(FAIL, group(MEMCACHED=11211)),
    asked(UNKNOWN),
    asked(UNKNOWN, unlisted(GROUP)),
    asked(SKIP, group(OEM=1158), DBClusterIdentifier="c"),
]
