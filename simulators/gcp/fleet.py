"""Assets by the hundred thousand, made of the estate's own as they are asked for: bytes with another number in their names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from simulators.gcp.estate import CAREFUL, Estate

if TYPE_CHECKING:
    from simulators.gcp.inventory import Query

# How often each is there among a hundred, roughly as in organizations that others describe.
MIX = {
    "compute.googleapis.com/Instance": 20,
    "compute.googleapis.com/Disk": 20,
    "compute.googleapis.com/Firewall": 10,
    "compute.googleapis.com/Subnetwork": 5,
    "storage.googleapis.com/Bucket": 10,
    "iam.googleapis.com/ServiceAccount": 10,
    "iam.googleapis.com/ServiceAccountKey": 10,
    "bigquery.googleapis.com/Dataset": 5,
    "sqladmin.googleapis.com/Instance": 3,
    "container.googleapis.com/Cluster": 1,
    "pubsub.googleapis.com/Topic": 6,
}
POLICY = b'{"bindings":[{"role":"roles/storage.objectViewer","members":["group:readers@example.com"]}],"etag":"Zmxl"}'
EVERY = 10  # of so many, one has a policy of its own
SUFFIX = b"-%07d"


class Fleet:
    """*many* assets of one project. The number of an asset decides what it is, so that any page can be made at any time."""

    def __init__(self, estate: Estate, many: int) -> None:
        self._many = many
        self._templates: Sequence[list[bytes]] = [list(each) for each in _templates(estate)] if many else []
        ancestors = json.dumps(CAREFUL.ancestors).encode()
        self._told = b'","updateTime":"2026-01-01T00:00:00Z","ancestors":' + ancestors + b',"iamPolicy":' + POLICY + b"}"

    def count(self, query: Query) -> int:
        """Return how many a listing holds: only whole listings have any."""
        if query.types:
            return 0
        return {"RESOURCE": self._many, "IAM_POLICY": self._many // EVERY}.get(query.content, 0)

    def assets(self, query: Query, first: int, end: int) -> list[bytes]:
        if query.content == "RESOURCE":
            return [self._made(number) for number in range(first, end)]
        return [self._policy(number * EVERY) for number in range(first, end)]

    def _made(self, number: int) -> bytes:
        suffix: bytes = SUFFIX % number
        return suffix.join(self._templates[number % len(self._templates)])

    def _policy(self, number: int) -> bytes:
        asset = json.loads(self._made(number))
        return f'{{"name":"{asset["name"]}","assetType":"{asset["assetType"]}'.encode() + self._told


def _templates(estate: Estate) -> Iterator[Sequence[bytes]]:
    """Yield a hundred templates in the proportions of the mix: JSON split where the number goes."""
    found: dict[str, bytes] = {}
    for asset in estate.assets:
        if asset["assetType"] in MIX and asset["ancestors"] == CAREFUL.ancestors and "resource" in asset:
            kept: dict[str, Any] = {name: value for name, value in asset.items() if name not in ("iamPolicy", "osInventory")}
            plain = asset["name"].rpartition("/")[2]
            text = json.dumps(kept, separators=(",", ":")).encode()
            found.setdefault(asset["assetType"], text.replace(f'/{plain}"'.encode(), f'/{plain}\0"'.encode()))
    every = [found[kind] for kind, many in MIX.items() for _ in range(many)]
    step = 37  # has no divisor in common with a hundred: neighbours are of different types
    for number in range(len(every)):
        yield every[number * step % len(every)].split(b"\0")
