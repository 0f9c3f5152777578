"""What a large account holds, as the collector reads it from the front."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice

from benchmarks.measure import serving
from collectors.aws import PROVIDER
from collectors.aws.options import AwsOptions
from scanner.model import Present, Resource
from scanner.provider import Collector, Selection

SERVICES = frozenset({"vpc", "ebs", "iam", "logs", "s3"})


def entered(environment: Mapping[str, str], role_arn: str = "", **narrowed: frozenset[str]) -> Collector:
    """Return a collector of the AWS account that *environment* leads to."""
    os.environ.update(environment)
    return PROVIDER.connect(AwsOptions(role_arn=role_arn), Selection(**narrowed), secret_key=lambda: b"benchmark")


def estate() -> list[Resource]:
    with serving("benchmarks.front", "--resources", "2000", "--buckets", "200") as front:
        collector = entered(front["environment"], services=SERVICES)
        return [event for event in collector.collect() if isinstance(event, Resource)]


def many(of: Sequence[Resource], number: int, changed: int = 0) -> Iterator[Resource]:
    """Yield *number* resources like those given, each with an id of its own; every *changed*-th is not as it was."""
    for at, each in enumerate(islice(cycle(of), number)):
        again = replace(each, id=f"{each.id}-{at}", name=f"{each.name}-{at}")
        yield again.with_facts(benchmark=Present("changed")) if changed and at % changed == 0 else again
