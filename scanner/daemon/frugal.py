"""Keeps a process of many threads small, as far as the C library is concerned."""

from __future__ import annotations

from contextlib import suppress

M_ARENA_MAX = -8  # of glibc's malloc.h


def share() -> None:
    """Let the threads to come share what memory is set aside for them, where that is glibc's doing.

    Else each sets aside megabytes of its own, most of it for nothing: Python's threads take turns as it is.
    """
    import ctypes  # noqa: PLC0415 -- only who runs for a year gains more by it than it costs

    with suppress(AttributeError, OSError, TypeError):  # another C library, or none that can be asked
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
