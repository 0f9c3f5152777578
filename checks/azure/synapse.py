"""Checks on workspaces of Synapse Analytics, and on their SQL and Spark pools.

Source: Synapse REST API, "Workspaces", "Sql Pools", "Big Data Pools".
"""

from __future__ import annotations

from datetime import datetime

from checks.azure.read import SET, inner, needed, prop, rows, word
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed

WORKSPACE, SQL_POOL, SPARK_POOL = "azure.synapse.workspace", "azure.synapse.sql_pool", "azure.synapse.spark_pool"
# The last day of support. Source: Synapse documentation, "Runtime for Apache Spark", of each version (read in copies of 2026).
# Not verified: the day of 3.3, which is unsupported.
SPARK = {"3.3": "2025-03-31", "3.4": "2026-03-31", "3.5": "2028-10-31"}
OLDEST = [3, 3]
MODERN = ("1.2", "1.3")


@check(
    f"{WORKSPACE}.modern_tls",
    on=WORKSPACE,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="SQL pools of the workspace take TLS 1.2 or newer only",
    risk="Whoever is on the way makes old clients speak a version of TLS that can be broken.",
    fix="az resource update --ids {id}/dedicatedSQLminimalTlsSettings/default --set properties.minimalTlsVersion=1.2",
)
def modern_tls(workspace: Resource) -> Verdict:
    """TLS 1.2 is the default of workspaces. Not verified for those of before 2021."""
    said = [word(inner(each).get("minimalTlsVersion")) for each in rows(workspace, "minimal_tls")]
    old = sorted(each or "not set" for each in said if each not in MODERN)
    return failed(f"the oldest that they take is {old[0]}") if old else passed("1.2 or newer")


@check(
    f"{WORKSPACE}.own_network",
    on=WORKSPACE,
    control="network.segmentation",
    severity=Severity.LOW,
    title="Spark and pipelines of the workspace run in a network of their own",
    risk="They share a network with others, and reach stores over public addresses only.",
    fix="Chosen when it is made: az synapse workspace create --enable-managed-virtual-network",
)
def own_network(workspace: Resource) -> Verdict:
    return (
        passed("a managed network is on") if prop(workspace, "managedVirtualNetwork") else failed("there is no managed network")
    )


@check(
    f"{SQL_POOL}.encrypted",
    on=SQL_POOL,
    control="encryption.at_rest",
    severity=Severity.HIGH,
    title="SQL pool is encrypted",
    risk="Whoever gets hold of files or a backup reads all tables.",
    fix="az synapse sql pool tde set --status Enabled --ids {id}",
)
def encrypted(pool: Resource) -> Verdict:
    state = word((pool["encryption"] or {}).get("status") or (pool["encryption"] or {}).get("state"))
    return passed("encryption is on") if state == "enabled" else failed(f"encryption is {state or 'not set'}")


@check(
    f"{SQL_POOL}.backups_elsewhere",
    on=SQL_POOL,
    control="resilience.backup",
    severity=Severity.LOW,
    title="A copy of the SQL pool is kept in another region",
    risk="When the region is lost, the data is lost with its backups.",
    fix="az resource update --ids {id}/geoBackupPolicies/Default --set properties.state=Enabled",
)
def backups_elsewhere(pool: Resource) -> Verdict:
    """Take a copy as kept where nothing is said."""
    state = word((pool["geo_backup"] or {}).get("state")) or "enabled"
    return (passed if state == "enabled" else failed)(f"the policy is {state}")


@check(
    f"{SPARK_POOL}.supported_version",
    on=SPARK_POOL,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Spark pool runs a version that is still supported",
    risk="Weaknesses that are found are mended no longer, and jobs end to run one day.",
    fix=f"{SET}sparkVersion=3.5",
)
def supported_version(pool: Resource, now: datetime) -> Verdict:
    version = word(needed(prop(pool, "sparkVersion"), "its version"))
    if end := SPARK.get(version, ""):
        until = datetime.fromisoformat(f"{end}T00:00:00+00:00")
        said = f"support of {version} ends on {end}"
        return passed(said, until=until) if now < until else failed(said)
    older = [int(part) for part in version.split(".")[:2]] < OLDEST
    return failed(f"{version} has ended") if older else passed(f"no end of {version} is known")


@check(
    f"{SPARK_POOL}.packages_of_administrators",
    on=SPARK_POOL,
    control="application.exposure",
    severity=Severity.LOW,
    title="Packages of the Spark pool are chosen by its administrators only",
    risk="Each notebook brings packages from anywhere, and they read what the notebook's user may read.",
    fix=f"{SET}sessionLevelPackagesEnabled=false",
)
def packages_of_administrators(pool: Resource) -> Verdict:
    """Sessions bring none of their own where nothing is said."""
    free = word(prop(pool, "sessionLevelPackagesEnabled")) == "true"
    return failed("each session brings its own") if free else passed("sessions bring none")
