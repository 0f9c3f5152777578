"""``make demo``: a simulated organization on loopback, scanned by the real command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from scanner.cli.app import run
from simulators.aws.estate import ROLE
from simulators.aws.server import SimulatedAws

ACCOUNTS = {"production": "111111111111", "sandbox": "222222222222"}


def main() -> int:
    """Scan into demarc.db in the current folder and return the exit code of the demo, not of the scan."""
    import logging  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with SimulatedAws.start() as aws, TemporaryDirectory() as folder:
        print("A simulated AWS organization is up on loopback; scanning it as any other.", flush=True)  # noqa: T201
        for account in ACCOUNTS.values():
            aws.seed(2, account)
        os.environ.update(aws.environment)
        config = Path(folder) / "demarc.toml"
        config.write_text("".join(entry(name, account) for name, account in ACCOUNTS.items()), "utf-8")
        code = run(["scan", "aws", "--config", str(config), "--regions", "eu-west-1"])
    print("\nThe inventory is demarc.db. The simulated accounts are gone; what was seen of them is kept.")  # noqa: T201
    return 1 if code == 1 else 0


def entry(name: str, account: str) -> str:
    role = f"arn:aws:iam::{account}:role/{ROLE}"
    return f'[[accounts]]\nprovider = "aws"\nname = "{name}"\nrole_arn = "{role}"\n\n'


if __name__ == "__main__":
    sys.exit(main())
