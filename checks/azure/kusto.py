"""Checks on clusters of Data Explorer. Source: Azure Data Explorer REST API, "Clusters", "Cluster Principal Assignments"."""

from __future__ import annotations

from checks.azure.read import SET, in_words, inner, is_on, prop, rows, told, word
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed

CLUSTER = "azure.kusto.cluster"
ADMINISTRATOR = "alldatabasesadmin"
EVERY_TENANT = "*"


@check(
    f"{CLUSTER}.disks_encrypted",
    on=CLUSTER,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Disks of the cluster's machines are encrypted",
    risk="What the machines keep for fast queries can be read from a disk that is lost.",
    fix=f"{SET}enableDiskEncryption=true",
)
def disks_encrypted(cluster: Resource) -> Verdict:
    return passed("they are") if is_on(prop(cluster, "enableDiskEncryption")) else failed("they aren't")


@check(
    f"{CLUSTER}.tenants_named",
    on=CLUSTER,
    control="access.external_trust",
    severity=Severity.HIGH,
    title="Cluster trusts named tenants only",
    risk="People of every company that uses Entra ID can be let in, and nobody of this one knows them.",
    fix=f"{SET}trustedExternalTenants=[]",
)
def tenants_named(cluster: Resource) -> Verdict:
    """Tell an empty list, which is its own tenant, from no list, which is every tenant."""
    given = prop(cluster, "trustedExternalTenants")
    if given is None:
        return failed("none are named, so every tenant is trusted")
    names = {str(each.get("value")) for each in given}
    return failed("every tenant is trusted") if EVERY_TENANT in names else passed(f"{len(names)} other tenants are trusted")


@check(
    f"{CLUSTER}.administrators_are_groups",
    on=CLUSTER,
    control="access.groups",
    severity=Severity.LOW,
    title="Cluster is administered by groups, not by single people",
    risk="When such a person leaves, either nobody can administer it, or somebody who shouldn't still can.",
    fix="az kusto cluster-principal-assignment delete --ids {id}/principalAssignments/NAME, after a group has the role",
)
def administrators_are_groups(cluster: Resource) -> Verdict:
    found = [inner(each) for each in rows(cluster, "principals")]
    administrators = [each for each in found if word(each.get("role")) == ADMINISTRATOR]
    people = [str(each.get("principalName") or each.get("principalId")) for each in administrators if _person(each)]
    return failed(f"{in_words(people)}, by name") if people else passed(f"{len(administrators)} administrators, none by name")


def _person(principal: object) -> bool:
    return isinstance(principal, dict) and word(principal.get("principalType")) == "user"


@check(
    f"{CLUSTER}.supported_engine",
    on=CLUSTER,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Cluster runs the current engine",
    risk="The engine before gets no more improvements, and in the end no mending.",
    fix=f"{SET}engineType=V3",
)
def supported_engine(cluster: Resource) -> Verdict:
    """Take the third engine where nothing is said."""
    engine = word(prop(cluster, "engineType")) or "v3"
    return (passed if engine == "v3" else failed)(f"its engine is {engine}")


@check(
    f"{CLUSTER}.code_kept_out",
    on=CLUSTER,
    control="application.exposure",
    severity=Severity.LOW,
    title="Queries of the cluster run no code in Python or R",
    risk="Whoever may query runs code of his own on the cluster's machines.",
    fix="az kusto cluster remove-language-extension --ids {id} --value language-extension-name=PYTHON",
)
def code_kept_out(cluster: Resource) -> Verdict:
    names = told(cluster, "item.properties.languageExtensions.value.languageExtensionName")
    return failed(f"they run {in_words(names)}") if names else passed("no language is added")
