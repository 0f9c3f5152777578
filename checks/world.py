"""What counts as the world.

The world is more public addresses of one family than a regional registry is given at once: more than an IPv4 /8 or an
IPv6 /12, however many blocks they come in. So two halves of the internet are the internet, and a partner's networks are not.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import ip_network

Stretch = tuple[int, int]  # the first and the last of adjoining addresses, as numbers

FAMILIES = (4, 6)
MOST = {4: 1 << (32 - 8), 6: 1 << (128 - 12)}  # as many addresses may be admitted without being the world
EVERYWHERE = {4: "0.0.0.0/0", 6: "::/0"}


@lru_cache(maxsize=8192)
def stretch(cidr: str) -> tuple[int, Stretch]:
    """Return the family of a block and what it covers."""
    network = ip_network(cidr, strict=False)
    return network.version, (int(network.network_address), int(network.broadcast_address))


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the same addresses, in order and each once."""
    found: list[Stretch] = []
    for low, high in sorted(stretches):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> list[Stretch]:
    """Return what of *stretches* is not in *taken*."""
    left = merged(stretches)
    for low, high in taken:
        pieces = [piece for each in left for piece in ((each[0], min(each[1], low - 1)), (max(each[0], high + 1), each[1]))]
        left = [piece for piece in pieces if piece[0] <= piece[1]]
    return left


def admitted(rules: Iterable[tuple[bool, Iterable[Stretch]]], family: int) -> list[Stretch]:
    """Return the addresses of *family* that *rules* let in. The first rule to hold an address decides whether it allows."""
    left, found = [stretch(EVERYWHERE[family])[1]], list[Stretch]()
    for allows, addresses in rules:
        after = without(left, addresses)
        if allows:
            found += without(left, after)
        left = after
    return merged(found)


# What nobody on the internet has as an address.
PRIVATE: dict[int, tuple[Stretch, ...]] = {
    4: tuple(
        stretch(each)[1]
        for each in (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "224.0.0.0/3",
        )
    ),
    6: tuple(stretch(each)[1] for each in ("fc00::/7", "fe80::/10", "ff00::/8")),
}


def is_world(stretches: Iterable[Stretch], family: int) -> bool:
    """Tell whether *stretches* of *family* are together more than what may be admitted."""
    return sum(high - low + 1 for low, high in without(stretches, PRIVATE[family])) > MOST[family]


@lru_cache(maxsize=8192)
def hold_world(cidrs: frozenset[str], family: int) -> bool:
    """Tell whether *cidrs* hold the world of *family*."""
    known = (stretch(each) for each in cidrs)
    return is_world([covered for version, covered in known if version == family], family)
