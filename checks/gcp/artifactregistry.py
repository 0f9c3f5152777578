"""Checks on repositories of Artifact Registry: ordinary ones, virtual ones that stand before others, and remote ones.

A remote repository hands on what a stranger's registry holds, and a virtual one whatever the repositories behind it hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import wraps
from typing import Any

from checks.gcp import lineage, policy, read
from checks.gcp.gke import scanning
from checks.gcp.gke_read import CLUSTER
from checks.gcp.policy import Binding
from checks.gcp.read import Item, in_words, last, linked, many, named, yes
from checks.gcp.roles import EDITORS, OWNERS
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

REPOSITORY = "gcp.artifactregistry.repository"
HOST = "//artifactregistry.googleapis.com"
UPDATE = "gcloud artifacts repositories update {name} --project={account} --location={region} "
REMOVE = "gcloud artifacts repositories remove-iam-policy-binding {name} --project={account} --location={region} "

MODES = "MODE_UNSPECIFIED STANDARD_REPOSITORY VIRTUAL_REPOSITORY REMOTE_REPOSITORY"
FORMATS = "FORMAT_UNSPECIFIED DOCKER MAVEN NPM 4 APT YUM GOOGET PYTHON KFP GO GENERIC RUBY"
STATES = "ENABLEMENT_STATE_UNSPECIFIED SCANNING_UNSUPPORTED SCANNING_DISABLED SCANNING_ACTIVE"
VERSIONS = "VERSION_POLICY_UNSPECIFIED RELEASE SNAPSHOT"
# Source: Artifact Registry documentation, "Access control with IAM": roles that may upload.
WRITERS = OWNERS | EDITORS | {f"roles/artifactregistry.{each}" for each in ("admin", "repoAdmin", "writer")}
WRITERS |= {f"roles/artifactregistry.{each}" for each in ("createOnPushWriter", "createOnPushRepoAdmin")}
NODES_DEFAULT = "-compute@developer.gserviceaccount.com"

Judge = Callable[..., Verdict]


def mode(repository: Item) -> str:
    """Return what kind of repository it is: standard, virtual or remote."""
    return (
        named(repository.get("mode"), MODES).removesuffix("_REPOSITORY").replace("MODE_UNSPECIFIED", "").lower() or "standard"
    )


def only(wanted: str) -> Callable[[Judge], Judge]:
    """Make a judge skip repositories that are not of the kind that is *wanted*."""

    def wrap(judge: Judge) -> Judge:
        @wraps(judge)
        def asked(repository: Resource, **given: Any) -> Verdict:
            kind = mode(repository["item"])
            return judge(repository, **given) if kind == wanted else skipped(f"a {kind} repository")

        return asked

    return wrap


def _format(repository: Resource) -> str:
    return named(repository["item"].get("format"), FORMATS)


# ---- what lies in it -------------------------------------------------------------------------------------------------


@check(
    f"{REPOSITORY}.scanned",
    on=REPOSITORY,
    control="application.scanning",
    severity=Severity.LOW,
    title="What the repository holds is scanned for known weaknesses",
    risk="What lies here is deployed with weaknesses that everybody can look up.",
    fix=UPDATE + "--allow-vulnerability-scanning, after gcloud services enable containerscanning.googleapis.com",
    cis=("gke-v1.6:5.1.1",),
)
def scanned(repository: Resource, inventory: Inventory) -> Verdict:
    config = repository["item"].get("vulnerabilityScanningConfig") or {}
    state = named(config.get("enablementState"), STATES)
    if state == "SCANNING_UNSUPPORTED":
        return skipped("of a kind that nobody scans")
    if state in ("SCANNING_ACTIVE", "SCANNING_DISABLED"):
        return (passed if state == "SCANNING_ACTIVE" else failed)(str(config.get("enablementStateReason") or state))
    return scanning(inventory) if _format(repository) == "DOCKER" else skipped("whether it is scanned is not said")


@check(
    f"{REPOSITORY}.versions_stay",
    on=REPOSITORY,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Nothing in the repository can be swapped under its name",
    risk="Whoever may upload puts other code under a tag that is deployed already.",
    fix=UPDATE + "--immutable-tags",
)
@only("standard")
def versions_stay(repository: Resource) -> Verdict:
    item = repository["item"]
    if _format(repository) == "DOCKER":
        fixed = yes((item.get("dockerConfig") or {}).get("immutableTags"))
        return passed("tags stay where they are") if fixed else failed("tags can be moved")
    if _format(repository) == "MAVEN":
        maven = item.get("mavenConfig") or {}
        loose = yes(maven.get("allowSnapshotOverwrites")) and named(maven.get("versionPolicy"), VERSIONS) != "RELEASE"
        return failed("snapshots can be written over") if loose else passed("no version can be written over")
    return skipped("of a format whose versions cannot be replaced")


@check(
    f"{REPOSITORY}.cleaned_up",
    on=REPOSITORY,
    control="data.retention",
    severity=Severity.LOW,
    title="Repository deletes versions that nobody needs",
    risk="Old versions with known holes stay there to be deployed, and cost.",
    fix="gcloud artifacts repositories set-cleanup-policies {name} --project={account} --location={region} --policy=FILE"
    " --no-dry-run",
)
def cleaned_up(repository: Resource) -> Verdict:
    item = repository["item"]
    if mode(item) == "virtual":
        return skipped("a virtual repository, which keeps nothing")
    policies = item.get("cleanupPolicies") or {}
    deleting = [name for name, each in policies.items() if named(each.get("action"), "UNSPECIFIED DELETE KEEP") == "DELETE"]
    if not deleting:
        return failed("no policy deletes anything")
    return failed("its policies are only tried") if yes(item.get("cleanupPolicyDryRun")) else passed(in_words(deleting))


@check(
    f"{REPOSITORY}.customer_key",
    on=REPOSITORY,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Repository is encrypted with a key of the customer's own",
    risk="Access to what lies here cannot be limited, logged or ended by a key of one's own.",
    fix="Create the repository anew with --kms-key=KEY, and copy everything: it cannot be changed",
)
def customer_key(repository: Resource) -> Verdict:
    if mode(repository["item"]) == "virtual":
        return skipped("a virtual repository, which keeps nothing")
    return read.customer_key(repository["item"].get("kmsKeyName"))


@check(
    f"{REPOSITORY}.several_regions",
    on=REPOSITORY,
    control="resilience.multi_zone",
    severity=Severity.INFORMATIONAL,
    title="Repository is kept in more than one region",
    risk="The loss of a region takes the images along with which everything would be started elsewhere.",
    fix="Create a repository in a multi-region (europe, us, asia), and copy everything: it cannot be moved",
)
@only("standard")
def several_regions(repository: Resource) -> Verdict:
    # Regions are called europe-west1, multi-regions europe.
    return (failed if "-" in repository.region else passed)(f"kept in {repository.region}")


# ---- where it comes from ---------------------------------------------------------------------------------------------


def _upstreams(repository: Resource, inventory: Inventory) -> Iterator[tuple[int, str, str]]:
    """Yield what stands behind a virtual repository: its priority, its kind, its name."""
    for each in many(repository["item"].get("virtualRepositoryConfig") or {}, "upstreamPolicies"):
        link = str(each.get("repository") or "")
        behind = linked(link, REPOSITORY, repository, inventory, HOST)
        kind = mode(behind["item"]) if behind else ""
        yield int(each.get("priority") or 0), kind, last(link)


@check(
    f"{REPOSITORY}.own_before_strangers",
    on=REPOSITORY,
    control="governance.image_source",
    severity=Severity.MEDIUM,
    title="Virtual repository asks the customer's own repositories first",
    risk="A stranger publishes a package under the name of one of the customer's own, and it is the one that is built in.",
    fix=UPDATE + "--upstream-policy-file=FILE, with the lowest priorities for remote repositories",
)
@only("virtual")
def own_before_strangers(repository: Resource, inventory: Inventory) -> Verdict:
    behind = list(_upstreams(repository, inventory))
    if missing := [name for _, kind, name in behind if not kind]:
        return unknown(f"{in_words(missing)} was not listed")
    remote = [(priority, name) for priority, kind, name in behind if kind == "remote"]
    own = [priority for priority, kind, _ in behind if kind != "remote"]
    ahead = [name for priority, name in remote if own and priority >= min(own)]
    return failed(f"asked before one of the own: {in_words(ahead)}") if ahead else passed(f"{len(remote)} remote, asked last")


@check(
    f"{REPOSITORY}.upstream_over_https",
    on=REPOSITORY,
    control="encryption.in_transit",
    severity=Severity.HIGH,
    title="Remote repository reaches its source over HTTPS",
    risk="Packages can be swapped on their way here, and are handed on as if they came from this repository.",
    fix="Create the repository anew with the https:// address of its source: it cannot be changed",
)
@only("remote")
def upstream_over_https(repository: Resource) -> Verdict:
    plain = [each for each in _texts(repository["item"].get("remoteRepositoryConfig") or {}) if each.startswith("http://")]
    return failed(f"over plain HTTP: {in_words(plain)}") if plain else passed("no plain HTTP")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, str):
        yield value.lower()


# ---- who writes to it ------------------------------------------------------------------------------------------------


def _writing(granted: Iterable[Binding], repository: Resource, now: datetime) -> dict[str, str]:
    """Return who may write, each with a role that lets it."""
    attributes = policy.attributes_of(repository.id, now)
    return {each.member: each.role for each in policy.grants(granted, attributes) if each.role in WRITERS}


@check(
    f"{REPOSITORY}.people_only_read",
    on=REPOSITORY,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Repository lets nobody write to it in person",
    risk="Whoever gets at one person's sign-in puts his own code under a trusted name, past every build and review.",
    fix=REMOVE + "--member=user:PERSON --role=ROLE",
    cis=("gke-v1.6:5.1.2",),
)
def people_only_read(repository: Resource, now: datetime) -> Verdict:
    writing = _writing(policy.bindings(repository["iam_policy"]), repository, now)
    people = [member for member in writing if not member.startswith(("serviceAccount:", "group:", "principal"))]
    return failed(f"may write: {in_words(people)}") if people else passed(f"{len(writing)} that write, none of them a person")


def _accounts_of_nodes(inventory: Inventory) -> set[str]:
    """Return the accounts that nodes run as, the default one as ``default``."""
    found: set[str] = set()
    for cluster in inventory.all(CLUSTER):
        item = cluster["item"]
        defaults = (item.get("autoscaling") or {}).get("autoprovisioningNodePoolDefaults")
        nodes = [each.get("config") or {} for each in many(item, "nodePools")]
        found.update(str(each.get("serviceAccount") or "default") for each in [*nodes, *([defaults] if defaults else [])])
    return found


@check(
    f"{REPOSITORY}.nodes_only_read",
    on=REPOSITORY,
    control="access.administrators",
    severity=Severity.MEDIUM,
    title="Repository lets no cluster write to it",
    risk="Whoever breaks out of a container replaces the images that all others start from.",
    fix=REMOVE + "--member=serviceAccount:ACCOUNT --role=ROLE; grant roles/artifactregistry.reader",
    cis=("gke-v1.6:5.1.3",),
)
def nodes_only_read(repository: Resource, inventory: Inventory, now: datetime) -> Verdict:
    if not (accounts := _accounts_of_nodes(inventory)):
        return skipped("the project has no nodes")
    node = lineage.node_of(repository, inventory)
    number = str(node["item"].get("projectNumber") or "") if node else ""
    theirs = {f"serviceAccount:{number}{NODES_DEFAULT}" if each == "default" else f"serviceAccount:{each}" for each in accounts}
    found = _writing(policy.bindings(repository["iam_policy"]), repository, now)
    if not found.keys() & theirs:
        found = _writing(lineage.inherited(repository, inventory, WRITERS.__contains__), repository, now)
    loose = [f"{member} as {found[member]}" for member in sorted(found.keys() & theirs)]
    if loose:
        return failed(f"may write: {in_words(loose)}")
    return passed("nodes only read") if node else unknown("the project was not listed")
