"""For the peers' interpreters: finds the simulator under the names that S3 Control makes, ``123456789012.127.0.0.1``.

Demarc stays with the host that it was given; the peers take what the SDK makes of it, and would not reach it.
"""

from __future__ import annotations

import socket
from typing import Any

LOOPBACK = "127.0.0.1"
_find = socket.getaddrinfo


def _found(host: Any, *arguments: Any, **named: Any) -> Any:
    inside = isinstance(host, str) and host.endswith(f".{LOOPBACK}")
    return _find(LOOPBACK if inside else host, *arguments, **named)


socket.getaddrinfo = _found
