"""``make demo``: a simulated organization on loopback, scanned by the real command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from scanner.cli.app import run
from simulators.aws.estate import NAMES, REGIONS, ROLE
from simulators.aws.estate.organization import SANDBOX
from simulators.aws.faults import Fault
from simulators.aws.server import SimulatedAws

# What the role in one account was never given: a scan that shows no blind spots would show half of what there is to see.
WITHHELD = ("iam:GetCredentialReport", "kms:GetKeyPolicy", "lambda:GetPolicy", "logs:Describe*", "s3:GetBucketPolicy")


def main() -> int:
    """Scan into demarc.db in the current folder and return the exit code of the demo, not of the scan."""
    with SimulatedAws.start() as aws, TemporaryDirectory() as folder:
        say(f"Setting up a simulated AWS organization on loopback: accounts {', '.join(NAMES.values())}.")
        aws.seed_organization()
        for operation in WITHHELD:
            aws.fault(Fault(operation, "denied", account=SANDBOX))
        say(f"Scanning it as any other. The role in {NAMES[SANDBOX]} lacks a few rights, as roles do.\n")
        os.environ.update(aws.environment)
        config = Path(folder) / "demarc.toml"
        config.write_text("".join(entry(name, account) for account, name in NAMES.items()), "utf-8")
        code = run(["scan", "aws", "--config", str(config), "--regions", ",".join(REGIONS)])
    say("\nThe inventory is demarc.db. The simulated accounts are gone; what was seen of them is kept.")
    return 1 if code == 1 else 0


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def entry(name: str, account: str) -> str:
    role = f"arn:aws:iam::{account}:role/{ROLE}"
    return f'[[accounts]]\nprovider = "aws"\nname = "{name}"\nrole_arn = "{role}"\n\n'


if __name__ == "__main__":
    sys.exit(main())
