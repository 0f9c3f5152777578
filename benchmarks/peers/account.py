"""One simulated account for several tools: two regions in use, a third that is empty. Every call is counted and answered alike.

    python -m benchmarks.peers.account --scale 5

Prints where it listens and the environment that leads there, as one line of JSON. Then it takes one line of JSON after the
other and answers each with one: ``{"latency": 0.03}``, ``{"denied": "kms:*"}``, ``{}`` (no faults), and each of them starts the
count anew; ``"calls"`` returns the count. It ends with its input.

An answer is made once and then repeated, so that a tool's time is its own and not moto's.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from simulators.aws import estate
from simulators.aws.estate import ALWAYS, ONCE, WORK
from simulators.aws.estate.organization import organization
from simulators.aws.faults import Fault
from simulators.aws.operations import Request
from simulators.aws.server import SimulatedAws
from simulators.listener import Answer, Received

USED, EMPTY = ("eu-west-1", "us-east-1"), "eu-central-1"
REGIONS = (*USED, EMPTY)
PER_SCALE = 10  # plain resources of a dozen kinds, of which an account has many
# What a call changes: its answer is not the same again, and neither are those of others after it.
CHANGING = ("Generate", "AssumeRole", "Start")
Key = tuple[str, str, str, str, bytes]


class Repeating(SimulatedAws):
    """A simulated AWS that answers the same question with the same answer, for next to nothing."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self._known: dict[Key, Answer] = {}

    def _honest(self, received: Received, request: Request, *, first: bool = True) -> Answer:
        if request.operation.startswith(CHANGING):
            return super()._honest(received, request, first=first)
        target = received.headers.get("x-amz-target", "")
        key = (f"{request.signing} {request.region} {request.account} {target}", *_asked(received))
        if key not in self._known:
            self._known[key] = super()._honest(received, request, first=first)
        return self._known[key]


def _asked(received: Received) -> tuple[str, str, str, bytes]:
    return received.method, received.path, received.query, received.body


def fill(aws: SimulatedAws, scale: int) -> None:
    """Fill the account with *scale* times something of everything, as careless people leave it."""
    place = aws.place(aws.account, USED[0])
    estate.fill(place, scale, [theme for theme in ONCE if theme is not organization])
    for region in USED:
        estate.fill(place.within(region), scale, (*ALWAYS, *WORK))
    aws.seed_bulk(PER_SCALE * scale, aws.account, USED[0])
    open_regions(place)


def open_regions(place: estate.Place) -> None:
    """Tell of three regions, where the demo has two; and of none where somebody asks for those that are not opted into."""
    opted = {"OptInStatus": "opt-in-not-required"}
    described = [{"RegionName": name, "Endpoint": f"ec2.{name}.amazonaws.com", **opted} for name in REGIONS]
    closed = [{"Name": "opt-in-status", "Values": ["not-opted-in"]}]
    place.tell_everywhere("ec2:DescribeRegions", {"Regions": []}, Filters=closed)
    place.tell_everywhere("ec2:DescribeRegions", {"Regions": described})
    listed = [{"RegionName": name, "RegionOptStatus": "ENABLED_BY_DEFAULT"} for name in REGIONS]
    place.tell_everywhere("account:ListRegions", {"Regions": listed})


def answered(aws: SimulatedAws, order: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """Do what one line asks for."""
    if order == "calls":
        return {"calls": aws.calls, "unanswered": aws.unanswered}
    assert isinstance(order, Mapping)
    aws.clear()
    if "latency" in order:
        aws.fault(Fault("*", "latency", seconds=order["latency"]))
    if "denied" in order:
        aws.fault(Fault(order["denied"], "denied"))
    aws.reset_calls()
    return {}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.peers.account", description="A simulated account, its calls counted."
    )
    parser.add_argument("--scale", type=int, default=1)
    given = parser.parse_args(arguments)
    with Repeating.start() as aws:
        fill(aws, given.scale)
        print(json.dumps({"endpoint": aws.endpoint, "environment": aws.environment, "regions": REGIONS}), flush=True)
        for line in sys.stdin:
            print(json.dumps(answered(aws, json.loads(line))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
