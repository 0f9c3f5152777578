"""What an organization of many accounts costs: the real command line against simulated accounts, at two sizes.

Memory must not grow with the number of accounts; each takes as many calls as if it were the only one, and one to enter it.

    python -m benchmarks.aws_organization [ACCOUNTS]
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import DEMARC, Figure, Usage, report, run, serving
from scanner.inventory import queries
from scanner.inventory.store import Store

FEW, MANY = 20, 200
SERVICES = "iam,sqs,sns,kms,cloudtrail"
INCOMPLETE = 4  # what the simulated accounts lack shows as gaps
GROWTH = 0.1  # megabytes that each further account may take
MOST = 260  # megabytes in all


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan: what it took of the machine, its calls, and how many accounts have a snapshot."""

    usage: Usage
    calls: int
    accounts: int


def scanned(number: int) -> Scan:
    """Scan an organization of *number* members, and the account that manages it."""
    with TemporaryDirectory() as folder, serving("simulators.aws.members", "--number", str(number)) as simulator:
        database = str(Path(folder) / "demarc.db")
        chosen = ("--organization", "--role-arn", simulator["role"], "--regions", "eu-west-1", "--services", SERVICES)
        usage = run((*DEMARC, "scan", "aws", *chosen, "--quiet", "--db", database), simulator["environment"])
        if usage.code not in (0, INCOMPLETE):
            raise SystemExit(f"the scan ended with exit code {usage.code}")
        with Store.open(database) as store:
            rows = list(queries.sql(store, "SELECT account_pk, calls FROM snapshot"))
    calls = sum(sum(json.loads(row["calls"]).values()) for row in rows)
    return Scan(usage, calls, len({row["account_pk"] for row in rows}))


def main(arguments: Sequence[str]) -> int:
    many = int(arguments[0]) if arguments else MANY
    small, large = scanned(FEW), scanned(many)
    more = large.accounts - small.accounts
    return report(
        f"A scan of {large.accounts:,} accounts, against {small.accounts:,}",
        [
            Figure("accounts with a snapshot", large.accounts, least=many + 1),
            Figure(f"largest size with {small.accounts} accounts", small.usage.peak, "MB", most=MOST),
            Figure(f"largest size with {large.accounts} accounts", large.usage.peak, "MB", most=MOST),
            Figure("  for each further account", (large.usage.peak - small.usage.peak) / more, "MB", most=GROWTH),
            Figure("calls for each further account", (large.calls - small.calls) / more),
            Figure("CPU for each further account", (large.usage.cpu - small.usage.cpu) / more, "s"),
            Figure("wall time for each further account", (large.usage.wall - small.usage.wall) / more, "s"),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
