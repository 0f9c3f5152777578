"""Checks on subscriptions of Pub/Sub. Who may use topics and subscriptions is asked with the other policies of single things.

Source: Pub/Sub API, "Subscription".
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from checks.gcp.read import Item, last, yes
from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

SUBSCRIPTION = "gcp.pubsub.subscription"
UPDATE = "gcloud pubsub subscriptions update {name} --project={account} "
DELETED = "_deleted-topic_"
EXPORTS = ("bigqueryConfig", "cloudStorageConfig", "bigtableConfig")

Judge = Callable[..., Verdict]


def _push(subscription: Resource) -> Item:
    return subscription["item"].get("pushConfig") or {}


def pushing(judge: Judge) -> Judge:
    """Make *judge* skip subscriptions that push to no address."""

    @wraps(judge)
    def asked(subscription: Resource, **given: Any) -> Verdict:
        return judge(subscription, **given) if _push(subscription).get("pushEndpoint") else skipped("it pushes nowhere")

    return asked


@check(
    f"{SUBSCRIPTION}.push_encrypted",
    on=SUBSCRIPTION,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Messages are pushed over HTTPS",
    risk="Whoever is on the way reads the messages, or sends others.",
    fix=UPDATE + "--push-endpoint=https://...",
)
@pushing
def push_encrypted(subscription: Resource) -> Verdict:
    address = str(_push(subscription)["pushEndpoint"])
    return (passed if address.lower().startswith("https://") else failed)(f"pushed to {address}")


@check(
    f"{SUBSCRIPTION}.push_signed",
    on=SUBSCRIPTION,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Pushed messages say who sends them",
    risk="Whoever knows the address sends messages that look like the topic's.",
    fix=UPDATE + "--push-auth-service-account=ACCOUNT",
)
@pushing
def push_signed(subscription: Resource) -> Verdict:
    account = (_push(subscription).get("oidcToken") or {}).get("serviceAccountEmail")
    return passed(f"signed as {account}") if account else failed("no token goes with them")


@check(
    f"{SUBSCRIPTION}.failures_kept",
    on=SUBSCRIPTION,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Messages that cannot be worked on are put aside",
    risk="One message that nobody can work on is delivered again and again, until it expires and is lost.",
    fix=UPDATE + "--dead-letter-topic=TOPIC --max-delivery-attempts=5",
)
def failures_kept(subscription: Resource) -> Verdict:
    item = subscription["item"]
    if yes(item.get("detached")) or item.get("topic") == DELETED:
        return skipped("nothing is delivered to it")
    topic = (item.get("deadLetterPolicy") or {}).get("deadLetterTopic")
    if topic == DELETED:
        return failed("the topic for them was deleted")
    return passed(f"they go to {last(topic)}") if topic else failed("no topic takes them")


@check(
    f"{SUBSCRIPTION}.works",
    on=SUBSCRIPTION,
    control="governance.hygiene",
    severity=Severity.LOW,
    title="Subscription gets messages of a topic that is there",
    risk="What waits for messages waits for ever, and whoever looks takes a dead path for a live one.",
    fix="gcloud pubsub subscriptions delete {name} --project={account}",
)
def works(subscription: Resource) -> Verdict:
    item = subscription["item"]
    if item.get("topic") == DELETED:
        return failed("its topic was deleted")
    if yes(item.get("detached")):
        return failed("it is detached from its topic")
    broken = [
        name for name in EXPORTS if (item.get(name) or {}).get("state") not in (None, "ACTIVE", "STATE_UNSPECIFIED", 0, 1)
    ]
    said = f"of {last(item.get('topic'))}"
    return failed(f"{said}, but cannot write: {item[broken[0]]['state']}") if broken else passed(said)
