"""Checks on workspaces of Machine Learning. Source: Machine Learning REST API, "Workspaces", "Compute"."""

from __future__ import annotations

from collections.abc import Callable

from checks.azure import workloads
from checks.azure.read import SET, Item, at, in_words, inner, is_on, prop, rows, same, word
from scanner.evaluation.check import check
from scanner.model import Inventory, Outcome, Resource, Severity, Verdict, failed, passed, skipped, unknown

WORKSPACE = "azure.ml.workspace"
INSTANCE, CLUSTER = "computeinstance", "amlcompute"
OWN = (INSTANCE, CLUSTER)
PROJECT = "a project, whose hub decides"


def _computes(workspace: Resource, *kinds: str) -> list[tuple[str, Item, Item]]:
    """Return the computes of these kinds: name, what holds of every compute, and what only of its kind."""
    found = [(str(row.get("name")), inner(row)) for row in rows(workspace, "computes")]
    return [(name, said, said.get("properties") or {}) for name, said in found if word(said.get("computeType")) in kinds]


def _each(workspace: Resource, judge: Callable[[Item, Item], Verdict], *kinds: str) -> Verdict:
    """Judge all computes of a workspace together; what fails is named."""
    verdicts = {name: judge(said, own) for name, said, own in _computes(workspace, *kinds)}
    if not verdicts:
        return skipped("it has none")
    for outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        if bad := [name for name, verdict in verdicts.items() if verdict.outcome is outcome]:
            return Verdict(outcome, f"{in_words(bad)}: {verdicts[bad[0]].because}")
    return passed(f"{len(verdicts)} compute(s)")


def _project(workspace: Resource) -> bool:
    return same(workspace["item"].get("kind"), "Project")


@check(
    f"{WORKSPACE}.own_network",
    on=WORKSPACE,
    control="network.segmentation",
    severity=Severity.MEDIUM,
    title="Machines of the workspace stand in a network that is isolated",
    risk="What notebooks and jobs send, and where to, passes no firewall.",
    fix="az ml workspace update --ids {id} --managed-network allow_only_approved_outbound",
)
def own_network(workspace: Resource) -> Verdict:
    if _project(workspace):
        return skipped(PROJECT)
    mode = word(prop(workspace, "managedNetwork.isolationMode")) or "disabled"
    if mode != "disabled":
        return passed(f"a managed network: {mode}")
    bare = [name for name, _, own in _computes(workspace, *OWN) if not at(own, "subnet.id")]
    if not _computes(workspace, *OWN):
        return failed("no managed network")
    return failed(f"in no network: {in_words(bare)}") if bare else passed("each compute in a network of the customer's")


@check(
    f"{WORKSPACE}.storage_by_identity",
    on=WORKSPACE,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Workspace reaches its storage as whoever works with it",
    risk="Everybody in the workspace reads and changes all data with one shared key.",
    fix=f"{SET}systemDatastoresAuthMode=identity",
)
def storage_by_identity(workspace: Resource) -> Verdict:
    if _project(workspace):
        return skipped(PROJECT)
    mode = word(prop(workspace, "systemDatastoresAuthMode")) or "accesskey"
    return (passed if mode == "identity" else failed)(f"with {mode}")


@check(
    f"{WORKSPACE}.current_api",
    on=WORKSPACE,
    control="runtime.supported_version",
    severity=Severity.LOW,
    title="Workspace works with the version of the API that is kept up",
    risk="Programs on the first version get no patches any more, and managed networks are out of reach.",
    fix=f"{SET}v1LegacyMode=false",
)
def current_api(workspace: Resource) -> Verdict:
    return failed("the first version only") if is_on(prop(workspace, "v1LegacyMode")) else passed("the second version")


@check(
    f"{WORKSPACE}.images_scanned",
    on=WORKSPACE,
    control="application.scanning",
    severity=Severity.LOW,
    title="Images that the workspace builds are scanned for known weaknesses",
    risk="Models are trained and answer with weaknesses that everybody can look up.",
    fix="az security pricing create --name Containers --tier standard --extensions"
    " name=ContainerRegistriesVulnerabilityAssessments isEnabled=True",
)
def images_scanned(workspace: Resource, inventory: Inventory) -> Verdict:
    if not prop(workspace, "containerRegistry"):
        return skipped("it has no registry")
    return workloads.images_scanned(workspace, inventory)


# Computes.


@check(
    f"{WORKSPACE}.computes_ssh_closed",
    on=WORKSPACE,
    control="network.admin_ports",
    severity=Severity.HIGH,
    title="Nobody reaches the workspace's machines over SSH from the internet",
    risk="Keys and the next hole in SSH are tried from everywhere.",
    fix="Make the compute anew with ssh_public_access_enabled false",
)
def computes_ssh_closed(workspace: Resource) -> Verdict:
    def judge(_: Item, own: Item) -> Verdict:
        said = word(at(own, "sshSettings.sshPublicAccess") or own.get("remoteLoginPortPublicAccess"))
        return failed("SSH is open") if said == "enabled" else passed()

    return _each(workspace, judge, *OWN)


@check(
    f"{WORKSPACE}.computes_private",
    on=WORKSPACE,
    control="network.public_access",
    severity=Severity.LOW,
    title="Machines of the workspace have no addresses of the internet",
    risk="Every machine stands on the internet; one careless rule is enough.",
    fix="Make the compute anew with enable_node_public_ip false",
)
def computes_private(workspace: Resource) -> Verdict:
    def judge(_: Item, own: Item) -> Verdict:
        # Source: REST API: a machine has a public address where nothing is said.
        return passed() if same(own.get("enableNodePublicIp"), False) else failed("a public address")

    return _each(workspace, judge, *OWN)


@check(
    f"{WORKSPACE}.computes_entra_only",
    on=WORKSPACE,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="Machines of the workspace have no accounts of their own",
    risk="A key of SSH names nobody, and stays valid when its holder leaves.",
    fix="Make the compute anew with disableLocalAuth true",
)
def computes_entra_only(workspace: Resource) -> Verdict:
    def judge(said: Item, _: Item) -> Verdict:
        return passed() if is_on(said.get("disableLocalAuth")) else failed("local accounts are on")

    return _each(workspace, judge, *OWN)


@check(
    f"{WORKSPACE}.computes_current",
    on=WORKSPACE,
    control="guest_os.patching",
    severity=Severity.MEDIUM,
    title="Instances of the workspace run the latest image",
    risk="Holes in the system and in the notebook server stay open until somebody makes the instance anew.",
    fix="Make the instance anew: its image is only changed then",
)
def computes_current(workspace: Resource) -> Verdict:
    def judge(_: Item, own: Item) -> Verdict:
        image = own.get("osImageMetadata")
        if at(image, "isLatestOsImageVersion") is None:
            return unknown("its image is not told")
        latest = is_on(at(image, "isLatestOsImageVersion"))
        return passed() if latest else failed(f"image {at(image, 'currentImageVersion')} is not the latest")

    return _each(workspace, judge, INSTANCE)


@check(
    f"{WORKSPACE}.computes_personal",
    on=WORKSPACE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Instances of the workspace are opened by their owners only",
    risk="Everybody in the workspace opens the notebooks of others, and works as them.",
    fix="Make the instance anew with applicationSharingPolicy Personal",
)
def computes_personal(workspace: Resource) -> Verdict:
    def judge(_: Item, own: Item) -> Verdict:
        policy = word(own.get("applicationSharingPolicy")) or "shared"
        return (passed if policy == "personal" else failed)(f"applications are {policy}")

    return _each(workspace, judge, INSTANCE)
