"""Checks on stores of App Configuration. Source: App Configuration REST API, "Configuration Stores"."""

from __future__ import annotations

from checks.azure.read import SET, is_on, prop, rows, same, word
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

STORE = "azure.appconfig.store"
SHORT = 7 * 24 * 3600  # seconds
SMALL = ("free", "developer")


def _tier(store: Resource) -> str:
    return word((store["item"].get("sku") or {}).get("name"))


@check(
    f"{STORE}.purge_protected",
    on=STORE,
    control="resilience.deletion_protection",
    severity=Severity.MEDIUM,
    title="A deleted store can be brought back, whoever deleted it",
    risk="One slip, or one command of an intruder, and no application finds its settings.",
    fix=f"{SET}enablePurgeProtection=true",
)
def purge_protected(store: Resource) -> Verdict:
    if (tier := _tier(store)) in SMALL:
        return skipped(f"the {tier} tier deletes at once")
    on = is_on(prop(store, "enablePurgeProtection"))
    return passed("purge protection is on") if on else failed("purge protection is off")


@check(
    f"{STORE}.several_regions",
    on=STORE,
    control="resilience.multi_zone",
    severity=Severity.INFORMATIONAL,
    title="Store has a copy in another region",
    risk="When the region is down, applications elsewhere start without their settings.",
    fix="az appconfig replica create --store-name {name} --name NEW --location REGION",
)
def several_regions(store: Resource) -> Verdict:
    if (tier := _tier(store)) in SMALL:
        return skipped(f"the {tier} tier has no copies")
    count = len(rows(store, "replicas"))
    return passed(f"{count} replica(s)") if count else failed("no replica")


@check(
    f"{STORE}.administrators_kept_out",
    on=STORE,
    control="access.least_privilege",
    severity=Severity.LOW,
    title="Who manages the store does not read what is in it by that alone",
    risk="A role for managing Azure, at whatever scope above, reads and changes every setting.",
    fix=f"{SET}dataPlaneProxy.authenticationMode=Pass-through",
)
def administrators_kept_out(store: Resource) -> Verdict:
    mode = word(prop(store, "dataPlaneProxy.authenticationMode")) or "local"
    return (passed if mode == "pass-through" or same(prop(store, "disableLocalAuth"), "true") else failed)(
        f"the mode is {mode}"
    )


@check(
    f"{STORE}.old_values_kept",
    on=STORE,
    control="data.retention",
    severity=Severity.INFORMATIONAL,
    title="Old values of the store are kept for a week at least",
    risk="Nobody can tell what a setting was before it was changed, or put it back.",
    fix=f"{SET}defaultKeyValueRevisionRetentionPeriodInSeconds=2592000",
)
def old_values_kept(store: Resource) -> Verdict:
    # Source: REST API: seven days in the Free tier and thirty in others, where nothing is said.
    said = prop(store, "defaultKeyValueRevisionRetentionPeriodInSeconds")
    if said is None:
        return passed("as long as its tier keeps them by default")
    return (passed if int(said) >= SHORT else failed)(f"for {int(said) // 86400} day(s)")
