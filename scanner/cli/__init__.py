"""The command line. Importing it costs little: what a command needs, it imports when it runs."""

from __future__ import annotations

import sys
from collections.abc import Sequence

ERROR, USAGE, FINDINGS, INCOMPLETE = 1, 2, 3, 4


def main(arguments: Sequence[str] | None = None) -> None:
    """Run ``demarc``. A user's mistake is one line on stderr: exit code 1, or 2 where the command itself was wrong."""
    from scanner.cli.app import run  # noqa: PLC0415 -- Typer is imported when it is needed

    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def scan() -> None:
    """Run ``scan``, the short name of ``demarc scan``."""
    main(["scan", *sys.argv[1:]])
