#!/opt/demarc/bin/python
"""``demarc-prepare``: makes what a first start needs and nobody gave: passwords, and a demarc.toml.

What is there stays. A demarc.toml that this made itself is made anew, so that another cloud's credentials count.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from secrets import token_hex

SECRETS = (
    "broker/password",
    "database/password",
    "dashboard/token",
    "dashboard/session-key",
    "grafana/admin",
    "grafana/reader",
)
# RabbitMQ's own: its only user, and no limit to how long a scan may take (30 minutes is the default).
BROKER = """\
log.console = true
default_vhost = demarc
default_user = demarc
default_pass = {password}
consumer_timeout = 86400000
"""
BYTES = 32
READABLE = 0o444  # by the other programs of this deployment, which are other users; only they have the volume
MARK = "# Made by demarc-prepare, and made anew at each start. Your own file takes its place."
GIVEN = "DEMARC_TOML"
SIGNS = {
    "aws": (
        "AWS_ACCESS_KEY_ID",
        "AWS_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ),
    "azure": ("AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE"),
    "gcp": ("GOOGLE_APPLICATION_CREDENTIALS", "DEMARC_GCP_ORGANIZATION", "DEMARC_GCP_PROJECT"),
}


def put(file: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it."""
    new = file.with_name(f".{file.name}.new")
    new.unlink(missing_ok=True)
    new.write_text(text, "utf-8")
    new.chmod(READABLE)
    new.replace(file)


def secrets(root: Path) -> Iterator[Path]:
    """Make the secrets that are missing from those folders that are there, and yield their files."""
    for name in SECRETS:
        file = root / name
        if file.parent.is_dir() and not file.exists():
            put(file, token_hex(BYTES) + "\n")
            yield file


def broker(folder: Path) -> None:
    """Write the configuration of the broker, where there is one."""
    if folder.is_dir():
        put(folder / "demarc.conf", BROKER.format(password=(folder / "password").read_text("utf-8").strip()))


def clouds(environment: Mapping[str, str]) -> list[str]:
    """Return the providers whose credentials are in the environment."""
    return [name for name, signs in SIGNS.items() if any(environment.get(sign) for sign in signs)]


def configuration(environment: Mapping[str, str]) -> str:
    """Return a demarc.toml: the given one, or one that scans each cloud we have credentials of. Raises :class:`ValueError`."""
    if given := environment.get(GIVEN):
        return f"{MARK}\n{given}\n"
    found = clouds(environment)
    if not found:
        raise ValueError("no cloud credentials are in the environment, and there is no demarc.toml: give either")
    listed = ", ".join(f'"{name}"' for name in found)
    return f'{MARK}\n[[schedules]]\nname = "all"\nevery = "6h"\naccounts = [{listed}]\n'


def main(environment: Mapping[str, str], root: Path, data: Path) -> int:
    for file in secrets(root):
        sys.stderr.write(f"demarc-prepare: made {file}\n")
    broker(root / "broker")
    file = data / "demarc.toml"
    if file.exists() and not file.read_text("utf-8").startswith(MARK):
        return 0
    try:
        put(file, configuration(environment))
    except ValueError as error:
        sys.stderr.write(f"demarc-prepare: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ, Path("/run/demarc"), Path("/data")))
