"""Whether nothing is lost: 2,000 accounts, three workers, of which one is killed every few seconds.

Every account must end with exactly one whole snapshot. ``python -m benchmarks.soak [ACCOUNTS]``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from benchmarks.measure import Figure, report
from scanner.inventory.store import Store
from tests.postgres import Postgres
from tests.rabbitmq import RabbitMQ
from tests.scanner.daemon.fleet import Fleet
from tests.scanner.inventory.build import ask

ACCOUNTS = 2000
WORKERS = 3
SECONDS_EACH = 3.0  # for an account, after which the benchmark gives up


@contextmanager
def fleet(accounts: int, **more: float) -> Iterator[Fleet]:
    """Give an inventory and a broker of its own to so many accounts; end all that was started."""
    with TemporaryDirectory() as folder, Postgres.started() as postgres, RabbitMQ.started() as rabbitmq:
        url = postgres.url(postgres.database())
        with Store.open(url) as store:
            names = tuple(f"account{number}" for number in range(accounts))
            made = Fleet(Path(folder), url, store, broker=rabbitmq.url, names=names, **more)  # type: ignore[arg-type]
            made.write()
            try:
                yield made
            finally:
                made.end()


def main(accounts: int = ACCOUNTS) -> int:
    with fleet(accounts) as made:
        started = monotonic()
        made.daemon()
        died = made.survive(WORKERS, accounts * SECONDS_EACH + 60)
        took = monotonic() - started
        attempts = ask(made.store, "SELECT sum(attempt), max(attempt) FROM run")[0]
        whole = ask(made.store, "SELECT account_pk, count(*) FROM snapshot WHERE status = 'complete' GROUP BY account_pk")
        resources = ask(made.store, "SELECT count(*) FROM current_resources")[0][0]
    return report(
        f"Soak: {accounts:,} scans, {WORKERS} workers, one killed every 3 s",
        [
            Figure("workers killed", died, least=1),
            Figure("accounts with a whole snapshot", len(whole), least=accounts, most=accounts),
            Figure("  most of one account", max(count for _, count in whole), most=1),
            Figure("  resources missing", accounts * made.many - resources, most=0),
            Figure("scans that were begun again", attempts[0] - accounts),
            Figure("  most often of one account", attempts[1] - 1),
            Figure("seconds by the clock", took),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(*(int(each) for each in sys.argv[1:2])))
