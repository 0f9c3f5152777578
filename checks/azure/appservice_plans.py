"""Checks on plans of App Service and Functions, and on certificates. Source: App Service REST API, "App Service Plans"."""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.azure.appservice_read import PLAN
from checks.azure.read import SET, is_on, prop, word
from checks.times import day, time_of
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped, unknown

CERTIFICATE = "azure.appservice.certificate"
NOTICE = timedelta(days=30)
ZONED = ("premiumv2", "premiumv3", "premiumv4", "elasticpremium", "isolatedv2", "workflowstandard", "flexconsumption")
SHARED = ("free", "shared", "dynamic", "flexconsumption")


def _tier(plan: Resource) -> str:
    return word((plan["item"].get("sku") or {}).get("tier"))


@check(
    f"{PLAN}.several_zones",
    on=PLAN,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Plan spreads its instances over zones",
    risk="When the zone is down, so are all its apps.",
    fix=f"{SET}zoneRedundant=true",
)
def several_zones(plan: Resource) -> Verdict:
    if (tier := _tier(plan)) not in ZONED:
        return skipped(f"the {tier or 'unsaid'} tier stands in one zone")
    return passed("it is spread over zones") if is_on(prop(plan, "zoneRedundant")) else failed("it isn't spread over zones")


@check(
    f"{PLAN}.several_instances",
    on=PLAN,
    control="resilience.self_healing",
    severity=Severity.LOW,
    title="Plan runs its apps on more than one instance",
    risk="When the one machine is patched or fails, the apps are away.",
    fix="az appservice plan update --ids {id} --number-of-workers 2",
)
def several_instances(plan: Resource) -> Verdict:
    if (tier := _tier(plan)) in SHARED:
        return skipped(f"the {tier} tier has no instances of one's own")
    count = int((plan["item"].get("sku") or {}).get("capacity") or 0)
    return (passed if count > 1 or is_on(prop(plan, "elasticScaleEnabled")) else failed)(f"{count} instance(s)")


@check(
    f"{PLAN}.in_use",
    on=PLAN,
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Plan has apps",
    risk="It costs, and stands ready for whoever wants to run something unnoticed.",
    fix="az appservice plan delete --ids {id}",
)
def in_use(plan: Resource) -> Verdict:
    count = prop(plan, "numberOfSites")
    if count is None:
        return unknown("how many apps it has is not told")
    return (passed if int(count) else failed)(f"{count} app(s)")


@check(
    f"{CERTIFICATE}.renewed",
    on=CERTIFICATE,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Certificate is valid for another 30 days at least",
    risk="Visitors and programs are turned away, or learn to look past the warning.",
    fix="az webapp config ssl upload --ids SITE --certificate-file FILE --certificate-password PASSWORD, and bind it",
)
def renewed(certificate: Resource, now: datetime) -> Verdict:
    end = time_of(prop(certificate, "expirationDate"))
    if end is None:
        return unknown("its last day is not told")
    said = f"valid until {day(end)}"
    return failed(said) if end - NOTICE <= now else passed(said, until=end - NOTICE)
