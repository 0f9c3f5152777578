"""What a user can cause: shown as one line, without a traceback, and as an exit code."""

from __future__ import annotations


class UserError(Exception):
    """The message is one line for the user: what happened, to what, and what to do."""

    exit_code = 1


class UsageError(UserError):
    """The command or the configuration itself is wrong."""

    exit_code = 2
