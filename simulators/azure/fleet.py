"""Resources by the hundred thousand, made of the estate's own as they are asked for: bytes with another number in names."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulators.azure.estate import Estate, Subscription

# How often each is there among a hundred, roughly as in tenants that others describe.
MIX = {
    "microsoft.compute/disks": 20,
    "microsoft.compute/virtualmachines": 15,
    "microsoft.network/networkinterfaces": 20,
    "microsoft.network/networksecuritygroups": 10,
    "microsoft.network/publicipaddresses": 8,
    "microsoft.storage/storageaccounts": 10,
    "microsoft.keyvault/vaults": 5,
    "microsoft.sql/servers": 2,
    "microsoft.web/sites": 6,
    "microsoft.network/virtualnetworks": 4,
}
A_SUBSCRIPTION = 10_000
"""How many resources one subscription of the fleet holds at most."""
SIGN = "f0"
NUMBER = re.compile(r"-\d{7}(?=/|$)")


@dataclass(frozen=True, slots=True)
class Block:
    """The resources of one type in one subscription: JSON split where the number goes."""

    parts: tuple[bytes, ...]
    many: int

    def row(self, number: int) -> bytes:
        return (b"-%07d" % number).join(self.parts)


class Fleet:
    """*many* resources in subscriptions of their own, whose ids sort behind all others, so that pages stay in order."""

    def __init__(self, estate: Estate, many: int) -> None:
        self._templates = _templates(estate) if many else {}
        self._of: dict[str, str] = {}
        self._blocks: list[tuple[str, str, Block]] = []
        for number in range(-(-many // A_SUBSCRIPTION)):
            place = Subscription(
                f"fleet-{number:03}", f"{SIGN}{number:06}-0000-4000-8000-00000000000f", group="corp", works=False
            )
            estate.subscriptions[place.id] = place
            self._fill(place, min(A_SUBSCRIPTION, many - number * A_SUBSCRIPTION))

    def _fill(self, place: Subscription, many: int) -> None:
        left, rest = many, many % 100
        for native in sorted(self._templates):
            share = min(left, many // 100 * MIX[native] + min(rest, MIX[native]))
            rest -= min(rest, MIX[native])
            left -= share
            id, text = self._templates[native]
            own = text.replace(b"\1", place.id.encode()).split(b"\0")
            self._blocks.append((place.id, native, Block(tuple(own), share)))
            self._of[native] = id

    def holds(self, subscription: str) -> bool:
        return bool(self._blocks) and subscription.startswith(SIGN)

    def template(self, path: str) -> str:
        """Return the path, in small letters, of what the thing at *path* was made of."""
        native = next((native for native in self._of if f"/providers/{native}/" in path), "")
        if not native:
            return path
        own = path.partition(f"/providers/{native}/")[2]
        below = own.partition("/")[2]
        return self._of[native] + (f"/{below}" if below else "")

    def blocks(self, types: frozenset[str] | None, subscriptions: frozenset[str] | None) -> list[Block]:
        """Return what a query finds of the fleet, in the order of ids."""
        return [
            block
            for place, native, block in self._blocks
            if (types is None or native in types) and (subscriptions is None or place in subscriptions)
        ]

    @staticmethod
    def rows(blocks: Sequence[Block], first: int, many: int) -> list[bytes]:
        """Return *many* rows from number *first* on."""
        found: list[bytes] = []
        for block in blocks:
            if first < block.many:
                found += [block.row(number) for number in range(first, min(block.many, first + many - len(found)))]
            first = max(0, first - block.many)
            if len(found) >= many:
                break
        return found


def _templates(estate: Estate) -> dict[str, tuple[str, bytes]]:
    """Return a template of each type: the id of what it is made of, and its row, marked where number and subscription go."""
    from simulators.azure.query import row  # noqa: PLC0415 -- it pages through fleets

    found: dict[str, tuple[str, bytes]] = {}
    for key, item in estate.items.items():
        if item.native not in MIX or item.native in found or "/20000000-" not in key:
            continue
        shown = row(item, estate)
        text = json.dumps(shown, separators=(",", ":"))
        name = shown["name"]
        text = text.replace(f'/{name}"', f'/{name}\0"').replace(f'"name":"{name}"', f'"name":"{name}\0"')
        found[item.native] = key, text.replace(shown["subscriptionId"], "\1").encode()
    return found
