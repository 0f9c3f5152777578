"""Checks on accounts of Cosmos DB. Source: Cosmos DB REST API, "Database Accounts"."""

from __future__ import annotations

from checks.azure.read import SET, is_on, prop, word
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

ACCOUNT = "azure.cosmosdb.account"


@check(
    f"{ACCOUNT}.keys_change_no_schema",
    on=ACCOUNT,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Keys of the account read and write data only",
    risk="Whoever has a key deletes whole databases, past roles, locks and the activity log.",
    fix=f"{SET}disableKeyBasedMetadataWriteAccess=true",
)
def keys_change_no_schema(account: Resource) -> Verdict:
    if is_on(prop(account, "disableLocalAuth")):
        return passed("keys are off")
    held = is_on(prop(account, "disableKeyBasedMetadataWriteAccess"))
    return passed("databases and containers are changed by roles only") if held else failed("keys change databases as well")


@check(
    f"{ACCOUNT}.pages_named",
    on=ACCOUNT,
    control="data.public_exposure",
    severity=Severity.LOW,
    title="Account answers calls of named web sites only",
    risk="Any page that a user opens calls the account in the user's name.",
    fix=f"{SET}cors=[]",
)
def pages_named(account: Resource) -> Verdict:
    origins = {
        each.strip() for rule in prop(account, "cors") or [] for each in str(rule.get("allowedOrigins") or "").split(",")
    }
    return failed("every origin is allowed") if "*" in origins else passed(f"{len(origins - {''})} origins are allowed")


@check(
    f"{ACCOUNT}.any_moment_restorable",
    on=ACCOUNT,
    control="resilience.backup",
    severity=Severity.MEDIUM,
    title="Account can be restored to any moment of the last days",
    risk="A slip costs hours of data, and only Microsoft's support brings back the rest.",
    fix="az cosmosdb update --ids {id} --backup-policy-type Continuous",
)
def any_moment_restorable(account: Resource) -> Verdict:
    kind = word(prop(account, "backupPolicy.type")) or "periodic"
    return (passed if kind == "continuous" else failed)(f"its backups are {kind}")


@check(
    f"{ACCOUNT}.fails_over",
    on=ACCOUNT,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Account moves its writes to another region by itself",
    risk="When the region that writes is down, writing waits for somebody to act.",
    fix=f"{SET}enableAutomaticFailover=true",
)
def fails_over(account: Resource) -> Verdict:
    if len(prop(account, "locations") or []) < 2:
        return skipped("it lies in one region")
    moves = is_on(prop(account, "enableAutomaticFailover")) or is_on(prop(account, "enableMultipleWriteLocations"))
    return passed("it does") if moves else failed("it waits for somebody")
