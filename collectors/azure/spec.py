"""How Azure's resource types are described. The descriptions are data; `assemble.py` and `deep.py` act on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

TENANT = "azure.entra.tenant"
SUBSCRIPTION = "azure.subscription.subscription"
RESOURCES = "resources"
"""The table of Resource Graph that holds what lives in a resource group."""
CONTAINERS = "resourcecontainers"
"""The table of subscriptions, resource groups and management groups."""
ASKED = "asked"
"""The fact that tells when each further fact of a resource was asked for, and of which item. It is volatile as a whole."""


@dataclass(frozen=True, slots=True, init=False)
class Get:
    """One read of Azure Resource Manager, below the ARM id of a resource, and where its answer lies in the body.

    - ``answer``: dotted path into the body. A path of ``value`` is a list, which is followed through ``nextLink``.
    - ``api``: the api-version, where it isn't the spec's own.
    - ``absent``: error codes (separated by spaces) that mean *not configured*; ``disabled``: that mean *switched off, or not
      licensed*. Both are knowledge. A code that is not named leaves the fact unread; one that says that the resource itself
      is gone drops the resource.
    - ``action``: the permission that it takes, as roles name it (``Microsoft.Storage/storageAccounts/blobServices/read``).
    - ``days``: the age after which it is asked again although the resource is unchanged; 0: at every scan.
    """

    path: str
    answer: str
    api: str
    absent: tuple[str, ...]
    disabled: tuple[str, ...]
    action: str
    days: int

    def __init__(
        self,
        path: str,
        answer: str = "properties",
        /,
        *,
        action: str,
        api: str = "",
        absent: str = "",
        disabled: str = "",
        days: int = 7,
    ) -> None:
        put = object.__setattr__
        put(self, "path", path)
        put(self, "answer", answer)
        put(self, "api", api)
        put(self, "absent", tuple(absent.split()))
        put(self, "disabled", tuple(disabled.split()))
        put(self, "action", action)
        put(self, "days", days)


@dataclass(frozen=True, slots=True, init=False)
class Graph:
    """One read of Microsoft Graph (``/v1.0/policies/…``), and where its answer lies in the body.

    - ``path`` may quote fields of the row in braces (``/v1.0/users/{id}/…``), where it is the fact of a resource.
    - ``permission``: the application permission that it takes (``Policy.Read.All``).
    - ``by`` and ``key``: the answer is a list for many resources, read once; a resource's fact is the row whose field ``by``
      equals the field ``key`` of its item, absent when there is none.
    - ``absent``, ``disabled`` and ``days`` are as for :class:`Get`; an unlicensed feature is *disabled*.
    """

    path: str
    answer: str
    permission: str
    by: str
    key: str
    absent: tuple[str, ...]
    disabled: tuple[str, ...]
    days: int

    def __init__(
        self,
        path: str,
        answer: str = "value",
        /,
        *,
        permission: str,
        by: str = "",
        key: str = "id",
        absent: str = "",
        disabled: str = "",
        days: int = 0,
    ) -> None:
        put = object.__setattr__
        put(self, "path", path)
        put(self, "answer", answer)
        put(self, "permission", permission)
        put(self, "by", by)
        put(self, "key", key)
        put(self, "absent", tuple(absent.split()))
        put(self, "disabled", tuple(disabled.split()))
        put(self, "days", days)


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a Resource Graph table that lie below a resource: its one row of that type, or ``many``, as a list.

    They come with the bulk pass, one query a table; absent (or empty) when there is none.
    """

    arm: str
    table: str = RESOURCES
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One Azure resource type. Its row, whole, is the fact ``item``; a row's ``tags`` are the fact ``tags``.

    - ``service``: its id in services.yaml, which gives owner and service model.
    - ``arm``: its native type in small letters, or several separated by spaces; ``table``: the table of Resource Graph that
      holds it. ``kind``: words; only rows whose ``kind`` holds one of them, separated by commas there, are of this type. What
      no spec with a kind takes is of the spec of that native type that has none.
    - ``listing``: how it is listed where no table holds it, once for every resource of the type ``parent``
      (:data:`SUBSCRIPTION`, :data:`TENANT`, or any). An answer that is one object and no list is one resource, settings.
      Below a resource it is listed again only when that changed, or after the ``days`` of the read, like a fact.
    - ``api``: the api-version of the reads on it; ``id``, ``name``: where these are in the row.
    - ``implied``: every account has it, whether or not it uses the service.
    - ``volatile``: dotted paths kept as the latest observation, outside the content hash (last used, etags, states that flip).
    - ``secret``: dotted paths (``*`` for any key) whose texts are replaced by a keyed hash and a detector's verdict.
    """

    type: str
    service: str
    title: str
    arm: str = ""
    table: str = RESOURCES
    kind: str = ""
    listing: Get | Graph | None = None
    parent: str = ""
    api: str = ""
    id: str = "id"
    name: str = "name"
    facts: Mapping[str, Get | Graph | Rows] = field(default_factory=dict)
    implied: bool = False
    volatile: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.arm) == bool(self.listing) or (self.listing and not self.parent):
            raise ValueError(f"{self.type}: a type is in a table (arm), or listed under a parent")

    @property
    def natives(self) -> tuple[str, ...]:
        return tuple(self.arm.split())

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(self.kind.lower().split())

    @property
    def asks(self) -> bool:
        """Whether facts of it are asked for one resource at a time, and again only when it changed or they are too old."""
        return any(asked(fact) for fact in self.facts.values())

    @property
    def tagged(self) -> bool:
        return self.table in (RESOURCES, CONTAINERS) and bool(self.arm)


def asked(fact: Get | Graph | Rows) -> bool:
    """Tell whether *fact* takes a call for each resource. What quotes nothing of a resource is read once for all."""
    return isinstance(fact, Get) or (isinstance(fact, Graph) and "{" in fact.path)


DIAGNOSTICS = Get(
    "/providers/Microsoft.Insights/diagnosticSettings",
    "value",
    api="2021-05-01-preview",
    action="Microsoft.Insights/diagnosticSettings/read",
)
"""Where the logs of a resource go: a list of ``{name, properties: {logs, metrics, workspaceId, storageAccountId, …}}``."""
