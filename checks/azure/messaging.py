"""Checks on namespaces of Service Bus and Event Hubs, and on topics of Event Grid.

Source: Service Bus, Event Hubs and Event Grid REST API, "Authorization Rules", "Queues", "Event Subscriptions".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checks.azure.read import SET, in_words, inner, is_on, prop, rows, tier, word
from checks.kinds import Kind, each
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

SERVICE_BUS, EVENT_HUBS = "azure.servicebus.namespace", "azure.eventhubs.namespace"
NAMESPACES = (
    Kind(SERVICE_BUS, "Namespace", "az servicebus namespace authorization-rule"),
    Kind(EVENT_HUBS, "Namespace", "az eventhubs namespace authorization-rule"),
)
ROOT = "rootmanagesharedaccesskey"
TOPICS = (
    Kind("azure.eventgrid.topic", "Topic", "az eventgrid event-subscription update --source-resource-id {id}"),
    Kind("azure.eventgrid.domain", "Domain", "az eventgrid event-subscription update --source-resource-id {id}"),
    Kind("azure.eventgrid.system_topic", "System topic", "az eventgrid system-topic event-subscription update"),
)
LONGEST = 90  # days
DAYS = re.compile(r"P(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>\d+)D)?(?:T.*)?")


@each(
    NAMESPACES,
    "keys_narrow",
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Keys for programs may send or listen, and not manage",
    risk="A key that leaks from one program makes, empties and deletes the queues of all.",
    fix="MODIFY update --ids {id}/authorizationRules/NAME --rights Send",
)
def keys_narrow(namespace: Resource) -> Verdict:
    """Each namespace has one key that manages, for its owner."""
    if is_on(prop(namespace, "disableLocalAuth")):
        return passed("keys are off")
    others = [rule for rule in rows(namespace, "authorization_rules") if word(rule.get("name")) != ROOT]
    wide = [rule.get("name") for rule in others if "manage" in map(word, inner(rule).get("rights") or [])]
    return (
        failed(f"{in_words(wide)} may manage")
        if wide
        else passed(f"{len(others)} keys beside the owner's, none of which manages")
    )


@check(
    f"{SERVICE_BUS}.expired_kept",
    on=SERVICE_BUS,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Queues set messages aside that expire unread",
    risk="Work that nobody did in time is gone, and nobody knows.",
    fix="az servicebus queue update --ids {id}/queues/NAME --enable-dead-lettering-on-message-expiration true",
)
def expired_kept(namespace: Resource) -> Verdict:
    queues = rows(namespace, "queues")
    if not queues:
        return skipped("it has no queues")
    lost = [queue.get("name") for queue in queues if not is_on(inner(queue).get("deadLetteringOnMessageExpiration"))]
    return failed(f"{in_words(lost)} drops them") if lost else passed(f"all {len(queues)} do")


@check(
    f"{SERVICE_BUS}.messages_expire",
    on=SERVICE_BUS,
    control="data.retention",
    severity=Severity.LOW,
    title="Messages don't stay in queues for ever",
    risk="What nobody fetches, with all the data in it, lies there for years, for whoever gets in.",
    fix="az servicebus queue update --ids {id}/queues/NAME --default-message-time-to-live P14D",
)
def messages_expire(namespace: Resource) -> Verdict:
    queues = rows(namespace, "queues")
    if not queues:
        return skipped("it has no queues")
    endless = [queue.get("name") for queue in queues if _days(inner(queue).get("defaultMessageTimeToLive")) > LONGEST]
    said = f"{in_words(endless)} keeps them for more than {LONGEST} days"
    return failed(said) if endless else passed(f"all {len(queues)} drop them within {LONGEST} days")


def _days(period: object) -> int:
    """Return the days of a period (``P14D``); where none is said, messages never expire."""
    found = DAYS.fullmatch(str(period or "P10675199D"))
    return sum(int(found[part] or 0) * days for part, days in (("years", 365), ("months", 30), ("days", 1))) if found else 0


@check(
    f"{EVENT_HUBS}.events_expire",
    on=EVENT_HUBS,
    control="data.retention",
    severity=Severity.LOW,
    title="Events don't stay in hubs for ever",
    risk="What was sent years ago, with all the data in it, lies there for whoever gets in.",
    fix="az eventhubs eventhub update --ids {id}/eventhubs/NAME --cleanup-policy Delete --retention-time 168",
)
def events_expire(namespace: Resource) -> Verdict:
    """Look for hubs that keep the newest event of each key: those of every other kind drop events within 90 days."""
    hubs = rows(namespace, "hubs")
    if not hubs:
        return skipped("it has no hubs")
    endless = [
        hub.get("name") for hub in hubs if (inner(hub).get("retentionDescription") or {}).get("retentionTimeInHours") == -1
    ]
    return failed(f"{in_words(endless)} keeps them for ever") if endless else passed(f"all {len(hubs)} drop them")


@check(
    f"{EVENT_HUBS}.grows",
    on=EVENT_HUBS,
    control="resilience.quotas",
    severity=Severity.LOW,
    title="Namespace grows by itself when more comes in",
    risk="When more events come than were paid for, senders are turned away.",
    fix=f"{SET}isAutoInflateEnabled=true --set properties.maximumThroughputUnits=20",
)
def grows(namespace: Resource) -> Verdict:
    if (size := tier(namespace)) != "standard":
        return skipped(f"the {size} tier doesn't grow so")
    return passed("it does") if is_on(prop(namespace, "isAutoInflateEnabled")) else failed("it doesn't")


def _destinations(subscription: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return where a subscription delivers to, whether or not it signs in there."""
    said = inner(subscription)
    found: Mapping[str, Any] = (
        said.get("destination") or (said.get("deliveryWithResourceIdentity") or {}).get("destination") or {}
    )
    return found


@each(
    TOPICS,
    "failed_kept",
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Events that NOUN cannot deliver are kept",
    risk="When a receiver is down for a day, what happened in it is gone.",
    fix="MODIFY --name NAME --deadletter-endpoint CONTAINER",
)
def failed_kept(topic: Resource) -> Verdict:
    subscriptions = rows(topic, "subscriptions")
    if not subscriptions:
        return skipped("nobody subscribes")
    lost = [row.get("name") for row in subscriptions if not _dead_letters(inner(row))]
    return failed(f"{in_words(lost)} drops them") if lost else passed(f"all {len(subscriptions)} subscriptions keep them")


def _dead_letters(said: Mapping[str, Any]) -> bool:
    signed = (said.get("deadLetterWithResourceIdentity") or {}).get("deadLetterDestination")
    return bool(said.get("deadLetterDestination") or signed)


@each(
    TOPICS,
    "webhooks_know_sender",
    control="identity.peers",
    severity=Severity.LOW,
    title="Webhooks of NOUN are called with a token of Entra ID",
    risk="Whoever finds the address of a webhook sends it events that never happened.",
    fix="MODIFY --name NAME --azure-active-directory-application-id-or-uri APPLICATION"
    " --azure-active-directory-tenant-id TENANT",
)
def webhooks_know_sender(topic: Resource) -> Verdict:
    hooks = {row.get("name"): _destinations(row) for row in rows(topic, "subscriptions")}
    hooks = {name: each for name, each in hooks.items() if word(each.get("endpointType")) == "webhook"}
    if not hooks:
        return skipped("it calls no webhooks")
    unsigned = [name for name, each in hooks.items() if not inner(each).get("azureActiveDirectoryApplicationIdOrUri")]
    return failed(f"{in_words(unsigned)} is called without one") if unsigned else passed(f"all {len(hooks)} are")
