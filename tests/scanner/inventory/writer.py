"""A scan in a process of its own, which stops where it is told to: ``python -m tests.scanner.inventory.writer URL STAGE``.

It prints the stage that it came to, and then waits for its end of whichever kind.
"""

from __future__ import annotations

import sys

from scanner.inventory.store import Store
from tests.scanner.inventory.build import KINDS, SHUT, box, look

NEW = [box(f"new{number}", item={"Is": "open"}) for number in range(700)]


def wait(stage: str) -> None:
    sys.stdout.write(f"{stage}\n")
    sys.stdout.flush()
    sys.stdin.read()


def main(url: str, stage: str) -> None:
    with Store.open(url) as store:
        if stage == "spooled":
            with store.spool(KINDS) as spool:
                for each in NEW:
                    spool.add(each)
                wait("spooled")
        look(store, *NEW, on=2, checks=[SHUT], then=lambda _: wait("judged"))


if __name__ == "__main__":
    main(*sys.argv[1:])
