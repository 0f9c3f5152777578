"""What Google Cloud's IAM grants, and to whom: the one evaluator of allow policies, their conditions and deny policies.

It answers with upper bounds: nobody outside the bound is admitted. A condition or a deny rule lowers the bound only where it
certainly does; one that is not understood leaves it, and makes the answer *soft*: it may be narrower. Documents are the JSON
of Asset Inventory; ``None`` is no policy. The words that every check on Google Cloud uses:

- **public**: a level of :attr:`Level.AUTHENTICATED` or wider. ``allAuthenticatedUsers`` is anybody with a Google account.
- **outside**: a person, group or domain that the organization does not name as its own (:class:`Home`), and every private
  Google account. Whose a service account of another project or a workforce pool is, one project cannot tell: outside, softly.
- **deleted** members, and bindings that have expired, admit nobody. Groups are taken at their word: who is in one, the
  directory knows.
- Who **administers** a node may set its policy, and so do whatever he likes: :func:`checks.gcp.lineage.administrators`. Smaller
  steps to more rights stand in :mod:`checks.gcp.roles`.
- Checks on a resource with an allow policy of its own ask :mod:`checks.gcp.sharing` for the verdict.
- What a folder or an organization grants holds on everything below. It is judged once, at the node that grants it; where
  rights add up (who administers, who may act as whom) :mod:`checks.gcp.lineage` adds the nodes above.

Source: IAM documentation, "Principal identifiers", "Understanding allow policies", "Deny policies", "Service agents".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from fnmatch import fnmatchcase
from typing import Any

from checks.decided import either
from checks.gcp import conditions, read
from checks.gcp.conditions import Attributes
from scanner.model import Reason, Unread, UnreadError

Document = Mapping[str, Any] | None
Keep = Callable[[Any], bool]
"""Which roles are asked for: of a large policy, the others need not be read."""

EVERYONE, ANY_ACCOUNT = "allUsers", "allAuthenticatedUsers"
CONSUMER = frozenset({"gmail.com", "googlemail.com", "googlegroups.com"})


class Level(IntEnum):
    """How far a policy reaches, widest last. From ``AUTHENTICATED`` on it is public."""

    NOBODY = 0
    PROJECT = 1
    ORGANIZATION = 2
    OUTSIDE = 3
    AUTHENTICATED = 4
    PUBLIC = 5


@dataclass(frozen=True, slots=True)
class Home:
    """Who *we* are, as far as it is known: ids and numbers without what stands before them.

    ``domains`` holds the domains that the organization names as its own; empty: nobody could say, so that any may be.
    """

    projects: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    organization: str = ""
    customers: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Binding:
    """One role and who holds it. ``node``: where it is granted, empty for the resource itself."""

    role: str
    members: tuple[str, ...]
    condition: str = ""
    node: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One member and one role. ``certain`` is false where a condition may take it away.

    ``grantable``: the only roles that its holder may grant, where the role lets it grant some and a condition limits that.
    """

    member: str
    role: str
    certain: bool = True
    node: str = ""
    grantable: frozenset[str] | None = None


def bindings(document: Any, node: str = "", keep: Keep | None = None) -> tuple[Binding, ...]:
    """Return what an allow policy grants, or as much of it as is of the roles to *keep*.

    Raises :class:`UnreadError` when it is malformed.
    """
    if document is None:
        return ()
    return tuple(_binding(each, node) for each in _listed(document) if keep is None or keep(each.get("role")))


def of_member(document: Any, member: str, node: str = "", keep: Keep | None = None) -> tuple[Binding, ...]:
    """Return what an allow policy grants to one *member* by name; the others' bindings are not taken apart.

    Raises :class:`UnreadError` when the policy is malformed.
    """
    if document is None:
        return ()
    theirs = (each for each in _listed(document) if member in (each.get("members") or ()))
    return tuple(_binding(each, node) for each in theirs if keep is None or keep(each.get("role")))


def _listed(document: Any) -> list[Any]:
    found = document.get("bindings", []) if isinstance(document, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise _malformed()
    return found


def grants(given: Iterable[Binding], attributes: Attributes) -> Iterator[Grant]:
    """Yield who holds what now. ``attributes`` is what is known of the resource and the time (:func:`attributes_of`)."""
    for each in given:
        grantable = conditions.grantable(each.condition)
        holds = True if grantable is not None else conditions.holds(each.condition, attributes)
        if holds is not False:
            members = [plain(name) for name in each.members if not gone(name)]
            yield from (Grant(name, each.role, holds is True, each.node, grantable) for name in members)


def bounded(given: Iterable[Binding], home: Home, attributes: Attributes) -> Iterator[tuple[Bound, Grant]]:
    """Yield each grant with how far it reaches."""
    for each in grants(given, attributes):
        widest = bound(each.member, home)
        yield widest if each.certain else Bound(widest.level, soft=True), each


def is_public(member: str) -> bool:
    """Tell whether *member* is anybody at all, or anybody with a Google account."""
    return member in (EVERYONE, ANY_ACCOUNT)


def gone(member: str) -> bool:
    return member.startswith("deleted:")


def attributes_of(resource_id: str, now: Any = None) -> dict[str, Any]:
    """Return what conditions may ask of a resource, by its full name (``//storage.googleapis.com/projects/_/buckets/b``).

    The name stands for what lies in the resource, too. Without *now*, conditions on the time are not decided.
    """
    host, _, name = resource_id.removeprefix("//").partition("/")
    known: dict[str, Any] = {"resource.name": conditions.Within(name), "resource.service": host} if name else {}
    return known if now is None else {**known, "request.time": now}


def at_time(now: Any) -> dict[str, Any]:
    """Return what conditions may ask on a whole project, folder or organization: nothing but the time."""
    return {} if now is None else {"request.time": now}


def _malformed() -> UnreadError:
    return UnreadError("policy", Unread(Reason.ERROR, "MalformedPolicy"))


def _binding(given: Mapping[str, Any], node: str) -> Binding:
    if not isinstance(given.get("role"), str):
        raise _malformed()
    members, condition = given.get("members", []), given.get("condition") or {}
    if not isinstance(condition, Mapping):
        raise _malformed()
    return Binding(given["role"], _strings(members), str(condition.get("expression") or ""), node)


def _strings(given: object) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise _malformed()
    return tuple(dict.fromkeys(given))


# ---- bounds ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bound:
    """At most ``level``; ``soft``: perhaps less."""

    level: Level
    soft: bool = False


NONE, OURS = Bound(Level.NOBODY), Bound(Level.ORGANIZATION)
STRANGER, PERHAPS_OURS = Bound(Level.OUTSIDE), Bound(Level.OUTSIDE, soft=True)
UNSURE = Bound(Level.PUBLIC, soft=True)


# ---- members ---------------------------------------------------------------------------------------------------------

# Where the accounts of Google's own services live; the number before the @ is that of the project that they work for.
AGENTS = re.compile(
    r"(?:gcp-sa-[\w-]+|bigquery-encryption|cloud-filer|cloud-memcache-sa|cloud-ml\.google\.com|cloud-redis|cloud-tpu"
    r"|cloudcomposer-accounts|compute-system|container-analysis|container-engine-robot|containerregistry|dataflow-service-producer-prod"
    r"|dataproc-accounts|endpoints-portal|firebase-rules|gae-api-prod\.google\.com|gcf-admin-robot|gcp-gae-service|gs-project-accounts"
    r"|remotebuildexecution|serverless-robot-prod|service-consumer-management|service-networking|sourcerepo-service-accounts)"
    r"\.iam\.gserviceaccount\.com|(?:cloudbuild|cloudservices|developer)\.gserviceaccount\.com"
)
NUMBER = re.compile(r"(?:service-|bq-|p)?(?P<node>org-|folder-)?(?P<number>\d+)(?:-compute|-\w+)?")
USER_MADE = ".iam.gserviceaccount.com"
# Accounts and groups of Google's that write into customers' buckets, as its documentation says.
GOOGLES = frozenset({"cloud-logs@google.com", "cloud-storage-analytics@google.com", "cloud-logs@system.gserviceaccount.com"})
# principal://iam.googleapis.com/projects/NUMBER/... is a pool of that project; .../locations/global/workforcePools/... is of
# an organization, and doesn't say of which.
POOL = re.compile(r"//iam\.googleapis\.com/projects/(?P<project>[^/]+)/locations/[^/]+/workloadIdentityPools/.+")
NODE = re.compile(r"//cloudresourcemanager\.googleapis\.com/(?P<kind>projects|folders|organizations)/(?P<number>[^/]+)(?:/.*)?")
CUSTOMER = re.compile(r"//goog/cloudIdentityCustomerId/(?P<customer>\w+)")
CLUSTER = re.compile(r"(?P<project>[^\[]+)\.svc\.id\.goog(?:\[.*\])?")


def bound(member: str, home: Home) -> Bound:
    """Return how far one member of a binding reaches."""
    member = plain(member)
    if member == EVERYONE:
        return Bound(Level.PUBLIC)
    if member == ANY_ACCOUNT:
        return Bound(Level.AUTHENTICATED)
    kind, _, name = member.partition(":")
    judge = KINDS.get(kind)
    return judge(name, home) if judge else UNSURE


def domain_of(name: str) -> str:
    """Return the domain of an address, or of a ``domain:`` member, in lower case."""
    return name.rpartition("@")[2].lower()


def is_consumer(member: str) -> bool:
    """Tell whether *member* is a private Google account or a group of such."""
    kind, _, name = member.partition(":")
    return kind in ("user", "group", "domain") and domain_of(name) in CONSUMER


def is_service_account(member: str) -> bool:
    return member.startswith("serviceAccount:")


def is_agent(member: str) -> bool:
    """Tell whether *member* is the account of one of Google's own services, which nobody else can sign in as."""
    kind, _, name = member.partition(":")
    return kind == "serviceAccount" and (name in GOOGLES or bool(AGENTS.fullmatch(domain_of(name)))) and not is_default(member)


def is_default(member: str) -> bool:
    """Tell whether *member* is a service account that machines, App Engine or builds get where nobody chose another."""
    return bool(read.default_account(member))


def project_of(email: str) -> str:
    """Return the id or number of the project that a service account is of; empty when its address doesn't say."""
    local, _, domain = email.partition("@")
    if AGENTS.fullmatch(domain):
        found = NUMBER.fullmatch(local)
        return found["number"] if found and not found["node"] else ""
    if domain.endswith(USER_MADE):
        return domain.removesuffix(USER_MADE)
    return local if domain == "appspot.gserviceaccount.com" else ""


def _person(name: str, home: Home) -> Bound:
    domain = domain_of(name)
    if name in GOOGLES:
        return OURS
    if domain in CONSUMER:
        return STRANGER
    if not home.domains:
        return PERHAPS_OURS
    ours = any(domain == each or domain.endswith(f".{each}") for each in home.domains)
    return OURS if ours else STRANGER


def _account(name: str, home: Home) -> Bound:
    if name in GOOGLES:
        return OURS
    if cluster := CLUSTER.fullmatch(name):
        return _in_project(cluster["project"], home)
    local, _, domain = name.partition("@")
    found = NUMBER.fullmatch(local) if AGENTS.fullmatch(domain) else None
    if found and found["node"]:
        nodes = home.folders if found["node"] == "folder-" else {home.organization}
        return OURS if found["number"] in nodes else PERHAPS_OURS
    return _in_project(project_of(name), home)


def _in_project(project: str, home: Home) -> Bound:
    return Bound(Level.PROJECT) if project in home.projects else PERHAPS_OURS


def _principal(name: str, home: Home) -> Bound:
    if pool := POOL.fullmatch(name):
        return _in_project(pool["project"], home)
    if node := NODE.fullmatch(name):
        nodes = {"projects": home.projects, "folders": home.folders, "organizations": {home.organization}}[node["kind"]]
        return OURS if node["number"] in nodes else PERHAPS_OURS
    if customer := CUSTOMER.fullmatch(name):
        return OURS if customer["customer"] in home.customers else PERHAPS_OURS
    return PERHAPS_OURS if "/workforcePools/" in name else UNSURE


KINDS: Mapping[str, Callable[[str, Home], Bound]] = {
    "user": _person,
    "group": _person,
    "domain": _person,
    "serviceAccount": _account,
    "principal": _principal,
    "principalSet": _principal,
    "projectOwner": _in_project,
    "projectEditor": _in_project,
    "projectViewer": _in_project,
    "deleted": lambda _name, _home: NONE,
}

# ---- deny policies ---------------------------------------------------------------------------------------------------

PUBLIC_SET = "principalSet://goog/public:all"
# How principals begin in deny policies, and what stands there in allow policies.
SPELLINGS = {
    "principal://goog/subject/": "user:",
    "principalSet://goog/group/": "group:",
    "principal://iam.googleapis.com/projects/-/serviceAccounts/": "serviceAccount:",
}
# Services whose permissions begin otherwise than the host that deny policies name.
HOSTS = {"resourcemanager": "cloudresourcemanager"}


@dataclass(frozen=True, slots=True)
class Denial:
    """One deny rule: it beats every grant. Members are spelled as in allow policies where those can name them."""

    members: tuple[str, ...]
    permissions: tuple[str, ...]
    spared: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    condition: str = ""


def plain(principal: str) -> str:
    """Return a principal of a deny policy as allow policies spell it; those that they cannot name stay as they are."""
    for beginning, kind in SPELLINGS.items():
        if principal.startswith(beginning):
            return kind + principal.removeprefix(beginning)
    return EVERYONE if principal == PUBLIC_SET else principal


def denials(document: Document) -> Iterator[Denial]:
    """Yield the rules of one deny policy. Raises :class:`UnreadError` when it is malformed."""
    rules = (document or {}).get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(each, Mapping) for each in rules):
        raise _malformed()
    for each in rules:
        rule = each.get("denyRule")
        if not isinstance(rule, Mapping):
            raise _malformed()
        yield Denial(
            tuple(plain(name) for name in _strings(rule.get("deniedPrincipals", []))),
            _strings(rule.get("deniedPermissions", [])),
            tuple(plain(name) for name in _strings(rule.get("exceptionPrincipals", []))),
            _strings(rule.get("exceptionPermissions", [])),
            str((rule.get("denialCondition") or {}).get("expression") or ""),
        )


def denied(member: str, permission: str, rules: Sequence[Denial], attributes: Attributes) -> bool | None:
    """Tell whether *member* is kept from *permission*; ``None``: perhaps."""
    said = [_denies(rule, member, permission, attributes) for rule in rules]
    return True if True in said else None if None in said else False


def _denies(rule: Denial, member: str, permission: str, attributes: Attributes) -> bool | None:
    name = hosted(permission)
    if not _matches(name, rule.permissions) or _matches(name, rule.allowed):
        return False
    holds = conditions.holds(rule.condition, attributes)
    meant = either(_is_in(member, each) for each in rule.members)
    spared = either(_is_in(member, each) for each in rule.spared)
    if holds is False or meant is False or spared is True:
        return False
    # Of a group or of everybody, those that are spared keep the permission.
    whole = not rule.spared or member.partition(":")[0] in ("user", "serviceAccount", "principal")
    return True if holds and meant and spared is False and whole else None


def hosted(permission: str) -> str:
    """Return a permission as deny policies write it: ``storage.googleapis.com/objects.get``."""
    if "/" in permission:
        return permission
    service, _, rest = permission.partition(".")
    return f"{HOSTS.get(service, service)}.googleapis.com/{rest}"


def _matches(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, each) for each in patterns)


def _is_in(member: str, denied_one: str) -> bool | None:
    """Tell whether *member* is, or is a part of, a principal of a deny rule."""
    if denied_one in (EVERYONE, member):
        return True
    kind, _, name = member.partition(":")
    if is_public(member) or kind == "domain" or denied_one.startswith(("user:", "serviceAccount:", "principal:", "deleted:")):
        return False
    if node := NODE.fullmatch(denied_one.partition(":")[2]):
        known = kind == "serviceAccount" and node["kind"] == "projects"
        return project_of(name) == node["number"] or None if known else None
    return None


# ---- who can ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Powers:
    """What roles hold. ``custom``: permissions of the custom roles that are listed, by name."""

    known: Callable[[str], frozenset[str] | None]
    custom: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def of(self, role: str) -> frozenset[str] | None:
        """Return the permissions of *role* that matter; ``None`` where nobody can say (a custom role of a node above)."""
        return self.custom[role] if role in self.custom else self.known(role)


def who_can(
    permission: str, given: Iterable[Binding], powers: Powers, attributes: Attributes, rules: Sequence[Denial] = ()
) -> dict[str, bool]:
    """Return who holds *permission*, and whether that is certain: to grant some roles only is not."""
    found: dict[str, bool] = {}
    for each in grants(given, attributes):
        held = powers.of(each.role)
        if held is not None and permission not in held:
            continue
        kept = denied(each.member, permission, rules, attributes)
        if kept is not True:
            sure = each.certain and each.grantable is None and held is not None and kept is False
            found[each.member] = found.get(each.member, False) or sure
    return found
