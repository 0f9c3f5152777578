"""What holds on a project from above, and who it belongs to: the folders and the organization over it.

A project or folder carries its ancestors' policies, sinks and firewall policies in the fact ``lineage``, from itself upwards;
they are unread as a whole when the identity cannot see one of them. Whoever asks here for less than all of that
(:func:`place`) is not kept waiting for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from checks.gcp import policy, roles
from checks.gcp.policy import CONSUMER, Binding, Denial, Home, Keep, Powers
from scanner.model import Inventory, Resource, Unread

PROJECT, FOLDER, ORGANIZATION = "gcp.project.project", "gcp.organization.folder", "gcp.organization.organization"
NODES = (PROJECT, FOLDER, ORGANIZATION)
Node = Mapping[str, Any]

SETTING = {PROJECT: roles.SET_PROJECT, FOLDER: roles.SET_FOLDER, ORGANIZATION: roles.SET_ORGANIZATION}
# Who holds one of these on the organization is of its own people.
TRUSTED = frozenset({"roles/resourcemanager.organizationAdmin", *roles.OWNERS})


def node_of(resource: Resource, inventory: Inventory) -> Resource | None:
    """Return the project that holds *resource*, or the folder or organization where it is above projects."""
    if resource.type in NODES:
        return resource
    kind, above, _ = resource.account.partition("/")
    type = {"folders": FOLDER, "organizations": ORGANIZATION}.get(kind, PROJECT) if above else PROJECT
    return next(iter(inventory.all(type)), None)


def tells(node: Resource) -> bool:
    """Tell whether a node carries what is above it."""
    return "lineage" in node.facts


def ancestors(node: Resource) -> Sequence[Node]:
    """Return the nodes above one, nearest first; none where there are none, or where the node doesn't carry them."""
    found: Sequence[Node] = (node["lineage"] if tells(node) else None) or []
    return found


def untold(node: Resource, name: str) -> list[str]:
    """Return the nodes above one of which *name* (``log_sinks``, ``firewall_policies``) is not known."""
    return [each["name"] for each in ancestors(node) if name not in each]


def organization(project: Resource) -> Node | None:
    """Return the organization of a project, if it has one."""
    return next((each for each in ancestors(project) if each["name"].startswith("organizations/")), None)


def in_organization(project: Resource) -> bool:
    """Tell whether something is above a project: its own item says so, even where nobody can see what that is."""
    return bool(project["item"].get("parent")) or bool(ancestors(project))


def place(node: Resource | None) -> Home:
    """Return who *we* are as far as the node itself says: its own id and number, nothing of what is above."""
    if node is None:
        return Home()
    if node.type == PROJECT:
        item = node["item"]
        names = (str(item.get("projectId") or node.account), str(item.get("projectNumber") or ""))
        # Accounts of a project "example.com:app" live at app.example.com.iam.gserviceaccount.com.
        turned = (".".join(reversed(each.split(":", 1))) for each in names)
        return Home(projects=frozenset({*names, *turned} - {""}))
    number = node.id.rpartition("/")[2]
    return Home(folders=frozenset({number})) if node.type == FOLDER else Home(organization=number)


def home(node: Resource | None) -> Home:
    """Return who *we* are: also the folders, the organization and its domains.

    A domain is the organization's own when it is its display name, when it is admitted as a whole (``domain:``) on the
    organization, or when one of its administrators is of it. Without an organization, a project is its owners'.
    """
    here = place(node)
    if node is None or (node.type == FOLDER and not tells(node)):
        return here
    if node.type == ORGANIZATION:
        item = node["item"]
        customer = (item.get("owner") or item).get("directoryCustomerId")
        domains = _domains(str(item.get("displayName") or ""), node["iam_policy"])
        return Home(organization=here.organization, customers=frozenset({customer} - {None}), domains=domains)
    folders = frozenset(each["name"].rpartition("/")[2] for each in ancestors(node) if each["name"].startswith("folders/"))
    top = organization(node)
    folders |= here.folders
    if top is None:
        return Home(here.projects, folders, domains=_domains("", node["iam_policy"]))
    number = top["name"].rpartition("/")[2]
    return Home(here.projects, folders, number, domains=_domains(str(top.get("display_name") or ""), top["iam_policy"]))


def _domains(name: str, document: Any) -> frozenset[str]:
    found = {name.lower()} if "." in name else set()
    for each in policy.bindings(document, keep=TRUSTED.__contains__):
        found.update(policy.domain_of(member) for member in each.members if member.startswith("user:"))
    for each in (document or {}).get("bindings") or ():
        found.update(policy.domain_of(member[7:]) for member in each.get("members") or () if member.startswith("domain:"))
    return frozenset(found - CONSUMER)


def above(node: Resource | None, keep: Keep | None = None) -> list[Binding]:
    """Return what is granted on the nodes above a project."""
    if node is None:
        return []
    return [binding for each in ancestors(node) for binding in policy.bindings(each["iam_policy"], each["name"], keep)]


def inherited(resource: Resource, inventory: Inventory, keep: Keep | None = None) -> list[Binding]:
    """Return what holds on *resource* though it is granted above it: on its project, and on the nodes over that."""
    node = node_of(resource, inventory)
    if node is None or node is resource:
        return above(node, keep)
    return [*policy.bindings(node["iam_policy"], node.id, keep), *above(node, keep)]


def administrators(node: Resource, known: Powers, now: datetime) -> set[str]:
    """Return who may grant anything on *node*, and so does whatever he likes: by its own policy, or by one above it."""
    permission = SETTING[node.type]

    def keep(role: str) -> bool:
        held = known.of(role)
        return held is None or permission in held

    granted = [*policy.bindings(node["iam_policy"], keep=keep), *above(node, keep)]
    return set(policy.who_can(permission, granted, known, policy.at_time(now)))


def powers(inventory: Inventory) -> Powers:
    """Return what roles hold, the project's custom roles among them."""
    return Powers(roles.predefined, dict(_custom(inventory)))


def _custom(inventory: Inventory) -> Iterator[tuple[str, frozenset[str]]]:
    for each in inventory.all("gcp.iam.role"):
        item = each["item"]
        yield item["name"], frozenset(() if item.get("deleted") else item.get("includedPermissions") or ())


def denials(inventory: Inventory, node: Resource | None = None) -> list[Denial]:
    """Return the rules of the deny policies on *node*, the account's own, and, as far as they can be seen, above it.

    They only ever take away: where those above are hidden, what is granted stands.
    """
    own = [each["item"] for each in inventory.all("gcp.iam.deny_policy")]
    here = node or next((each for type in NODES for each in inventory.all(type)), None)
    seen = ancestors(here) if here and not isinstance(here.facts.get("lineage"), Unread) else ()
    above = [each for over in seen for each in over.get("deny_policies") or []]
    return [rule for each in (*own, *above) for rule in policy.denials(each)]
