"""``python -m simulators.aws``: a simulated AWS in a process of its own, for benchmarks and for trying things out.

Prints one line of JSON (where it listens, the environment in which a process sees it, and the roles to scan) and
serves until it is stopped.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence

from simulators.aws.estate import NAMES, ROLE
from simulators.aws.faults import Fault
from simulators.aws.server import SimulatedAws

STOP = {signal.SIGINT, signal.SIGTERM}


def main(arguments: Sequence[str] | None = None) -> int:
    given = parser().parse_args(arguments)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOP)  # before threads are made, which inherit it
    with SimulatedAws.start(given.port) as aws:
        accounts = list(NAMES) if given.organization else given.accounts.split(",")
        if given.organization:
            aws.seed_organization(given.scale)
        for account in () if given.organization else accounts:
            aws.seed(given.scale, account)
        for account in accounts if given.bulk else ():
            aws.seed_bulk(given.bulk, account)
        if given.latency:
            aws.fault(Fault("*", "latency", seconds=given.latency))
        roles = {account: f"arn:aws:iam::{account}:role/{ROLE}" for account in accounts}
        print(json.dumps({"endpoint": aws.endpoint, "environment": aws.environment, "roles": roles}), flush=True)  # noqa: T201
        signal.sigwait(STOP)
    return 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m simulators.aws", description="A simulated AWS on loopback.")
    made.add_argument("--scale", type=int, default=1, help="how many times each kind of thing is there")
    made.add_argument("--bulk", type=int, default=0, metavar="N", help="N more buckets, users, roles, queues, ... in eu-west-1")
    made.add_argument("--organization", action="store_true", help="three accounts in two regions, with something of everything")
    made.add_argument("--accounts", default="111111111111", help="ids of the accounts to fill, separated by commas")
    made.add_argument("--port", type=int, default=0, help="where to listen; a free port without it")
    made.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="how long every answer takes at least")
    return made


if __name__ == "__main__":
    sys.exit(main())
