"""``python -m simulators.azure``: a simulated Azure in a process of its own, for benchmarks and for trying things out.

Prints one line of JSON (where it listens, the environment in which a process sees it, the file with its certificate) and
serves until it is stopped.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence

from simulators.azure.faults import Fault
from simulators.azure.server import SimulatedAzure


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulators.azure", description="A simulated Azure on loopback.")
    parser.add_argument("--resources", type=int, default=0, help="how many resources more than a small tenant's")
    parser.add_argument("--subscriptions", type=int, default=0, help="how many subscriptions more, in turn good and bad")
    parser.add_argument("--port", type=int, default=0, help="where to listen; a free port without it")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="how long every answer takes at least")
    given = parser.parse_args(arguments)
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # before threads are made, which inherit it
    with SimulatedAzure.start(given.port, given.resources, given.subscriptions) as azure:
        if given.latency:
            azure.fault(Fault("*", "latency", seconds=given.latency))
        told = {"endpoint": azure.endpoint, "environment": azure.environment, "ca_file": azure.ca_file, "tenant": azure.tenant}
        print(json.dumps(told), flush=True)  # noqa: T201
        signal.sigwait(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
