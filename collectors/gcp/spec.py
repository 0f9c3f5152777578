"""How Google Cloud's resource types are described. The descriptions are data; `assemble.py` acts on them."""

from __future__ import annotations

from dataclasses import dataclass

ASSET = "asset"
"""The fact that every resource has: its native type, and when Asset Inventory last saw it change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One type of Cloud Asset Inventory, and what of its assets becomes facts.

    - ``asset``: its native name, or several separated by spaces, where Google makes a type of its own of what is regional or
      global; ``service``: its id in services.yaml, which gives owner and service model.
    - ``schema``: what ``item`` looks like, as ``document.schema`` of Google's discovery documents; several are separated by
      spaces, where an older version of the API may answer. Only the lint reads it; empty where Google publishes none.
    - ``iam``: it can have an IAM policy of its own, which becomes the fact ``iam_policy``; ``node``: it stands in the
      hierarchy, and has ``org_policy`` and ``access_policy``, a project or folder ``lineage`` too; ``inventory``: a guest's
      inventory becomes ``os_inventory``; ``implied``: it is there wherever the API is on, whether or not anybody uses it.
    - ``tags``: dotted path to the labels (``item.labels``); of several separated by spaces, the first that is there.
    - ``volatile``: dotted paths kept as the latest observation, outside the content hash (etags, sizes, last used).
    - ``secret``: dotted paths (``*`` for any key) whose texts are replaced by a keyed hash and a detector's verdict.
    - ``metadata``: dotted paths to instance metadata, a mapping or ``items`` of ``key`` and ``value``: what is no setting that
      Google documents may be anything, scripts and keys too, and is replaced like a secret.
    """

    type: str
    service: str
    title: str
    asset: str
    schema: str = ""
    iam: bool = False
    node: bool = False
    inventory: bool = False
    implied: bool = False
    tags: str = ""
    volatile: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """Return the names of its facts but for ``item`` and ``tags``."""
        return (
            ASSET,
            *(["iam_policy"] if self.iam else []),
            *(["org_policy", "access_policy"] if self.node else []),
            *(["lineage"] if self.lineage else []),
            *(["os_inventory"] if self.inventory else []),
        )

    @property
    def assets(self) -> tuple[str, ...]:
        return tuple(self.asset.split())

    @property
    def lineage(self) -> bool:
        return self.asset in (PROJECT, FOLDER)

    @property
    def observed(self) -> tuple[str, ...]:
        """Return all paths outside the content hash: those of the type, and of the facts that many types share."""
        shared = [path for path in SHARED if path.partition(".")[0] in self.facts]
        return (*self.volatile, *shared)


ORGANIZATION = "cloudresourcemanager.googleapis.com/Organization"
FOLDER = "cloudresourcemanager.googleapis.com/Folder"
PROJECT = "cloudresourcemanager.googleapis.com/Project"
ORG_POLICY = "orgpolicy.googleapis.com/Policy"
LOG_SINK = "logging.googleapis.com/LogSink"
FIREWALL_POLICY = "compute.googleapis.com/FirewallPolicy"
DENY_POLICY = "iam.googleapis.com/PolicyV2"
SET_ABOVE = (ORG_POLICY, LOG_SINK, FIREWALL_POLICY, DENY_POLICY)
"""Types that hold on what lies below the organization or folder that they stand on, or are attached to."""
_ACCESS = "identity.accesscontextmanager.googleapis.com"
OF_ORGANIZATIONS = frozenset({ORGANIZATION, f"{_ACCESS}/AccessPolicy", f"{_ACCESS}/AccessLevel", f"{_ACCESS}/ServicePerimeter"})
"""Types that a folder or project cannot be asked for: one of them among many has the whole call refused."""

SHARED = (
    "asset.updateTime",
    "iam_policy.etag",
    "org_policy.etag",
    "org_policy.updateTime",
    "org_policy.spec.etag",
    "org_policy.spec.updateTime",
    "org_policy.dryRunSpec.etag",
    "org_policy.dryRunSpec.updateTime",
    "access_policy.accessPolicy.etag",
    "access_policy.servicePerimeter.etag",
    "os_inventory.updateTime",
)
ETAG = ("item.etag",)
UPDATED = ("item.updateTime",)
STAMPED = (*ETAG, *UPDATED)
LABELLED = ("item.labelFingerprint",)
FINGERPRINT = ("item.fingerprint",)
