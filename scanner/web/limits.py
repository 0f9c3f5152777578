"""How often somebody may try to get in, and which sessions they left."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock

TRIES = 10
WINDOW = timedelta(minutes=5)
REMEMBERED = 10_000  # addresses: who comes from more of them must not fill the memory


def whose(address: str) -> str:
    """Return what stands for everybody behind an address: of IPv6, its first half, for one subscriber has all of the other."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


class Attempts:
    """Failed attempts by address, of the last few minutes."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failed: OrderedDict[str, deque[datetime]] = OrderedDict()

    def failed(self, address: str, now: datetime) -> None:
        with self._lock:
            self._failed.setdefault(whose(address), deque(maxlen=TRIES)).append(now)
            self._failed.move_to_end(whose(address))
            while len(self._failed) > REMEMBERED:
                self._failed.popitem(last=False)

    def wait(self, address: str, now: datetime) -> int:
        """Return in how many seconds the address may try again; 0: at once."""
        with self._lock:
            times = self._failed.get(whose(address))
            if not times or len(times) < TRIES:
                return 0
            left = times[0] + WINDOW - now
            return max(0, int(left.total_seconds()) + 1) if left > timedelta() else 0


class Ended:
    """Sessions that somebody signed out of, until they would have ended by themselves.

    A session is its cookie, so that a copy of one would outlive the sign-out. This is kept by one process: what several
    share with a key, or what one process holds over a restart, ends for good only at its time.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._until: dict[str, float] = {}

    def add(self, session: str, until: float, now: float) -> None:
        """Remember that a session is over; *until* and *now* in seconds since 1970."""
        with self._lock:
            self._until = {each: end for each, end in self._until.items() if end > now}
            self._until[session] = until

    def __contains__(self, session: str) -> bool:
        return session in self._until

    def __len__(self) -> int:
        return len(self._until)
