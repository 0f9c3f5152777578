"""Where simulated things stand: nodes of a hierarchy, and the assets that hang on them, in the shapes of the REST API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Data = dict[str, Any]
Policy = Mapping[str, Sequence[str]]
"""Roles to members; what :func:`policy` makes an IAM policy of."""

MANAGER = "cloudresourcemanager.googleapis.com"
COMPUTE = "https://www.googleapis.com/compute/v1"
REGION, ZONE = "europe-west1", "europe-west1-b"


@dataclass(frozen=True, slots=True)
class Node:
    """An organization, folder or project. ``id`` is a project's own name; ``careful``: whether its people are."""

    kind: str
    number: str
    id: str
    parent: Node | None = None
    careful: bool = True

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.number}"

    @property
    def path(self) -> str:
        return f"projects/{self.id}" if self.kind == "projects" else self.key

    @property
    def ancestors(self) -> list[str]:
        return [self.key, *(self.parent.ancestors if self.parent else [])]


@dataclass
class Estate:
    """Every simulated asset. ``now`` is the time that ages are counted from."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    assets: list[Data] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)

    def ago(self, days: float) -> str:
        return (self.now - timedelta(days=days)).isoformat().replace("+00:00", "Z")

    def put(self, node: Node, asset_type: str, path: str, **sections: Any) -> str:
        """Add an asset and return its full name."""
        host = asset_type.partition("/")[0]
        name = f"//{sections.pop('host', host)}/{path}"
        asset = {"name": name, "assetType": asset_type, "ancestors": node.ancestors, "updateTime": self.ago(3)}
        self.assets.append(asset | {section: value for section, value in sections.items() if value is not None})
        return name


@dataclass(frozen=True, slots=True)
class Place:
    """One node of an estate, to be filled."""

    estate: Estate
    node: Node

    @property
    def project(self) -> str:
        return self.node.id

    @property
    def careful(self) -> bool:
        return self.node.careful

    def ago(self, days: float) -> str:
        return self.estate.ago(days)

    def put(
        self,
        asset_type: str,
        path: str,
        data: Data,
        *,
        location: str = "global",
        iam: Policy | None = None,
        version: str = "v1",
        **sections: Any,
    ) -> str:
        """Add a resource of this node, whose *path* starts below it."""
        host, _, kind = asset_type.partition("/")
        whole = path if path.startswith(("projects/", "folders/", "organizations/", "//")) else f"{self.node.path}/{path}"
        resource = {
            "version": version,
            "discoveryDocumentUri": f"https://{host}/$discovery/rest",
            "discoveryName": kind,
            "parent": f"//{MANAGER}/{self.node.key}",
            "data": data,
            "location": location,
        }
        granted = policy(iam) if iam else None
        return self.estate.put(self.node, asset_type, whole, resource=resource, iamPolicy=granted, **sections)

    def compute(self, kind: str, path: str, data: Data, **more: Any) -> str:
        """Add a thing of Compute Engine; its own link is made of its path. Returns the link."""
        link = f"{COMPUTE}/projects/{self.project}/{path}"
        named = {"name": path.rpartition("/")[2], "selfLink": link, "id": str(1000 + len(self.estate.assets))}
        where = path.split("/")[1] if path.startswith(("zones/", "regions/")) else "global"
        self.put(f"compute.googleapis.com/{kind}", path, named | data, location=where, **more)
        return link

    def account(self, name: str) -> str:
        return f"{name}@{self.project}.iam.gserviceaccount.com"

    @property
    def default_account(self) -> str:
        return f"{self.node.number}-compute@developer.gserviceaccount.com"

    def key(self, name: str = "data") -> str:
        """Return the name of a key of this project, as :func:`simulators.gcp.estate.keys.keys` makes it."""
        return f"projects/{self.project}/locations/{REGION}/keyRings/main/cryptoKeys/{name}"


def policy(granted: Policy, audits: Sequence[Data] = ()) -> Data:
    """Return an IAM policy. A member after a bar holds under a condition: ``"user:a@example.com | request.time < ..."``."""
    bindings: list[Data] = []
    for role, members in granted.items():
        plain = [each for each in members if " | " not in each]
        bindings += [{"role": role, "members": plain}] if plain else []
        for each in members:
            member, _, condition = each.partition(" | ")
            if condition:
                bindings.append({"role": role, "members": [member], "condition": {"title": "limited", "expression": condition}})
    version = {"version": 3} if any("condition" in each for each in bindings) else {}
    return {"bindings": bindings, "etag": "BwYXq1RtZXM="} | version | ({"auditConfigs": list(audits)} if audits else {})
