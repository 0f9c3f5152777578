"""How many heaps the C library keeps for the threads of a process: what one thread gives back to its own, no other gets."""

from __future__ import annotations

import sys

M_ARENA_MAX = -8  # malloc.h of glibc; see mallopt(3)


def share(heaps: int) -> bool:
    """Let threads share so many heaps, from the next thread on. Return whether that was done: only glibc can.

    It would make up to eight for each core, and Python's threads take turns as it is.
    """
    if sys.platform != "linux":
        return False
    import ctypes  # noqa: PLC0415 -- only who scans or runs for a year gains more by it than it costs

    set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    return set_option is not None and bool(set_option(M_ARENA_MAX, heaps))
