#!/opt/demarc/bin/python
"""``demarc`` as the image has it: secrets may be given as files, ``PGPASSWORD_FILE`` for ``PGPASSWORD``."""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path

SECRETS = (
    "AZURE_CLIENT_SECRET",
    "DEMARC_BROKER_PASSWORD",
    "DEMARC_ROLE_PASSWORD",
    "DEMARC_SERVE_CLIENT_SECRET",
    "DEMARC_SERVE_SESSION_KEY",
    "DEMARC_SERVE_TOKEN",
    "PGPASSWORD",
)


def reveal(environment: MutableMapping[str, str]) -> None:
    """Set each secret that a variable names the file of, unless it is set. Raises :class:`OSError`."""
    for name in SECRETS:
        file = environment.pop(f"{name}_FILE", "")
        if file and not environment.get(name):
            environment[name] = Path(file).read_text("utf-8").rstrip("\r\n")


if __name__ == "__main__":
    try:
        reveal(os.environ)
    except OSError as error:
        sys.exit(f"demarc: the secret {error.filename} can't be read: {error.strerror}")
    from scanner.cli import main

    main()
