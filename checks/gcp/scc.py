"""Checks on Security Command Center: that its detectors work, and that somebody learns what they find.

States: Security Center Management API reference, "securityCenterServices". Google publishes no discovery document for it; the
names of its services are those of ``gcloud scc manage services``.
"""

from __future__ import annotations

import re

from checks.gcp import lineage
from checks.gcp.read import in_words, last, named
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

SERVICE, NOTIFICATION, EXPORT, MUTE = (
    "gcp.scc.security_center_service",
    "gcp.scc.notification_config",
    "gcp.scc.bigquery_export",
    "gcp.scc.mute_config",
)
STATES = "ENABLEMENT_STATE_UNSPECIFIED INHERITED ENABLED DISABLED INGEST_ONLY"
THREATS = "event-threat-detection"
NARROWING = re.compile(r"\b(category|finding_class|resource(_name|\.\w+)*|parent_display_name|source\w*)\b")


def _state(service: Resource) -> str:
    return named(service["item"].get("effectiveEnablementState"), STATES)


@check(
    "gcp.scc.security_center_service.on",
    on=SERVICE,
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="Service of Security Command Center is on",
    risk="Attacks and mistakes that the service would find are not found.",
    fix="gcloud scc manage services update {name} --organization=ORGANIZATION --enablement-state=ENABLED",
)
def on(service: Resource) -> Verdict:
    if service.name.endswith("-aws"):
        return skipped("it watches another cloud")
    state = _state(service)
    return passed("the service is on") if state == "ENABLED" else failed(f"the service is {state or 'in no known state'}")


@check(
    "gcp.organization.organization.threats_detected",
    on=lineage.ORGANIZATION,
    service="gcp.scc",
    control="detection.threat_detector",
    severity=Severity.MEDIUM,
    title="Threats are looked for in the organization's logs",
    risk="An intruder works for months, and nobody notices.",
    fix="Activate Security Command Center, then: gcloud scc manage services update event-threat-detection"
    " --organization={name} --enablement-state=ENABLED",
)
def threats_detected(_organization: Resource, inventory: Inventory) -> Verdict:
    found = [each for each in inventory.all(SERVICE) if last(each["item"].get("name")) == THREATS]
    if not found:
        return failed("Security Command Center is not active")
    return (
        passed("Event Threat Detection is on") if "ENABLED" in map(_state, found) else failed("Event Threat Detection is off")
    )


@check(
    "gcp.organization.organization.findings_told",
    on=lineage.ORGANIZATION,
    service="gcp.scc",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Findings of Security Command Center are led to somebody",
    risk="What was found stands in a console that nobody opens.",
    fix="gcloud scc notifications create NAME --organization={name} --pubsub-topic=TOPIC --filter='state = \"ACTIVE\"'",
)
def findings_told(_organization: Resource, inventory: Inventory) -> Verdict:
    found = [each.name for kind in (NOTIFICATION, EXPORT) for each in inventory.all(kind)]
    return passed(f"led on by {in_words(found)}") if found else failed("nothing leads them anywhere")


@check(
    "gcp.scc.mute_config.narrow",
    on=MUTE,
    control="detection.posture",
    severity=Severity.LOW,
    title="Mute rule names what it hides",
    risk="Findings that nobody has seen yet are hidden as soon as they are made.",
    fix="gcloud scc muteconfigs update {name} --organization=ORGANIZATION --filter='category=\"CATEGORY\"'",
)
def narrow(rule: Resource) -> Verdict:
    text = str(rule["item"].get("filter") or "")
    return passed(text) if NARROWING.search(text) else failed(f"it names neither a category nor a resource: {text}")
