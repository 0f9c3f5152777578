"""``python -m simulators.gcp``: a simulated Google Cloud in a process of its own, for benchmarks and for trying things out.

Prints one line of JSON (where it listens, the environment in which a process sees it, the organization to scan) and serves
until it is stopped.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence

from simulators.gcp.faults import Fault
from simulators.gcp.server import SimulatedGcp


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m simulators.gcp", description="A simulated Google Cloud on loopback.")
    parser.add_argument("--assets", type=int, default=0, help="how many assets more than a small organization's")
    parser.add_argument("--projects", type=int, default=0, help="how many projects more, each with something of everything")
    parser.add_argument("--port", type=int, default=0, help="where to listen; a free port without it")
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="how long every page takes at least")
    given = parser.parse_args(arguments)
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)  # before threads are made, which inherit it
    with SimulatedGcp.start(given.port, given.assets, given.projects) as gcp:
        if given.latency:
            gcp.fault(Fault("", "latency", seconds=given.latency))
        told = {"endpoint": gcp.endpoint, "environment": gcp.environment, "organization": gcp.organization}
        print(json.dumps(told), flush=True)  # noqa: T201
        signal.sigwait(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main())
