"""Checks that somebody is told of dangerous changes: one check for each kind in `watched.py`.

Told means: a metric on the project's logs with an alert policy on it, or an alert policy on the logs themselves; the policy is
on, one such entry is enough to set it off, and a channel of it works. A metric or policy is judged by the entries that its
filter matches, not by how it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checks.gcp import filters, lineage
from checks.gcp.read import in_words, last, named
from checks.gcp.watched import EVERYDAY, OF_OWNERS, WATCHED, Call, Watched, method_of
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

METRIC, ALERT, CHANNEL, SINK = (
    "gcp.logging.log_metric",
    "gcp.logging.alert_policy",
    "gcp.logging.notification_channel",
    "gcp.logging.log_sink",
)
USER_METRIC = "logging.googleapis.com/user/"
STATUSES = "VERIFICATION_STATUS_UNSPECIFIED UNVERIFIED VERIFIED"
COMBINERS = "COMBINE_UNSPECIFIED AND OR AND_WITH_MATCHING_RESOURCE"
# Where a sink leads: into logs of a project, or into something of another service.
OF_PROJECT = re.compile(r"logging\.googleapis\.com/projects/(?P<project>[^/]+)(?:/locations/[^/]+/buckets/[^/]+)?")

Item = Mapping[str, Any]


def works(channel: Item) -> bool:
    """Tell whether a channel reaches anybody. Only some kinds must be verified; the others say nothing of it."""
    return channel.get("enabled") is not False and named(channel.get("verificationStatus"), STATUSES) != "UNVERIFIED"


def told(policy: Item, channels: Mapping[str, Item]) -> bool:
    """Tell whether an alert policy is on and has a channel that works; one of another project is taken for working."""
    if policy.get("enabled") is False:
        return False
    for link in policy.get("notificationChannels") or []:
        channel = channels.get(last(link))
        if channel is None or works(channel):
            return True
    return False


def _alone(policy: Item) -> list[Item]:
    """Return the conditions of a policy that set it off by themselves."""
    conditions: list[Item] = policy.get("conditions") or []
    together = named(policy.get("combiner"), COMBINERS).startswith("AND")
    return [] if together and len(conditions) > 1 else conditions


def _texts(condition: Item) -> Iterator[str]:
    """Yield the filters and queries that a condition on metrics is made of, where one entry is enough to fulfil it."""
    threshold = condition.get("conditionThreshold") or {}
    if threshold and float(threshold.get("thresholdValue") or 0) <= 1:
        yield str(threshold.get("filter") or "")
    for kind in ("conditionMonitoringQueryLanguage", "conditionPrometheusQueryLanguage", "conditionSql"):
        yield str((condition.get(kind) or {}).get("query") or "")


def _measured(names: Iterable[str], condition: Item) -> set[str]:
    """Return those of the metrics *names* that a condition is about, in any of the languages for that."""
    texts = list(_texts(condition))
    found = set()
    for name in names:
        spellings = (USER_METRIC + name, "logging_googleapis_com:user_" + re.sub(r"\W", "_", name))
        if any(re.search(rf"{re.escape(each)}(?![\w/.-])", text) for text in texts for each in spellings):
            found.add(name)
    return found


def _called(metric: Item) -> str:
    """Return the name of a metric as alert policies know it."""
    type = str((metric.get("metricDescriptor") or {}).get("type") or "")
    return type.removeprefix(USER_METRIC) or str(metric["name"])


def _filters(inventory: Inventory) -> list[str]:
    """Return the filters of which somebody is told, but for those that match every day."""
    channels = {each.name: each["item"] for each in inventory.all(CHANNEL)}
    policies = [each["item"] for each in inventory.all(ALERT) if told(each["item"], channels)]
    metrics = {_called(each["item"]): each["item"] for each in inventory.all(METRIC) if not each["item"].get("disabled")}
    conditions = [condition for policy in policies for condition in _alone(policy)]
    found = [str((each.get("conditionMatchedLog") or {}).get("filter") or "") for each in conditions]
    for condition in conditions:
        found += [str(metrics[name].get("filter") or "") for name in _measured(metrics, condition)]
    return [each for each in dict.fromkeys(found) if each and not any(filters.matches(each, entry) for entry in EVERYDAY)]


def elsewhere(project: Resource, inventory: Inventory) -> set[str]:
    """Return the other projects that the project's logs go to, through its own sinks or those of a node above."""
    sinks = [each["item"] for each in inventory.all(SINK)]
    above = [sink for node in lineage.ancestors(project) for sink in node.get("log_sinks") or [] if sink.get("includeChildren")]
    found = (OF_PROJECT.fullmatch(str(each.get("destination"))) for each in (*sinks, *above) if not each.get("disabled"))
    return {each["project"] for each in found if each} - {project.account, str(project["item"].get("projectNumber"))}


def _missed(calls: Iterable[Call], known: Iterable[str]) -> list[str]:
    """Return the methods of calls that leave no entry which one of the filters matches."""
    every = list(known)
    return [method_of(call) for call in calls if not any(filters.matches(each, entry) for each in every for entry in call)]


def _judge(watched: Watched, project: Resource, inventory: Inventory) -> Verdict:
    if watched.kind and not any(True for _ in inventory.all(watched.kind)):
        return skipped("the project has none")
    known = _filters(inventory)
    missed = _missed(watched.calls, known)
    if not missed:
        return passed("an alert policy tells somebody")
    if projects := elsewhere(project, inventory):
        return unknown(f"the logs go to {in_words(projects)} as well, which this project cannot see")
    if hidden := lineage.untold(project, "log_sinks"):
        return unknown(f"sinks of {in_words(hidden)} may take the logs elsewhere, and could not be read")
    if strange := [each for each in known if not filters.readable(each)]:
        return unknown(f"a filter cannot be read: {strange[0]}")
    return failed(f"nobody is told of {in_words(missed)}")


def _alarm(watched: Watched) -> Check:
    @check(
        f"gcp.project.project.alarm_on_{watched.name}",
        on=lineage.PROJECT,
        service=watched.service,
        control="detection.alarms",
        severity=watched.severity,
        title=f"Somebody is told of {watched.what}",
        risk=watched.risk,
        fix="gcloud logging metrics create NAME --log-filter=FILTER --project={account}, then gcloud monitoring policies create"
        " on the metric with --notification-channels",
        cis=watched.cis,
    )
    def judge(project: Resource, inventory: Inventory) -> Verdict:
        return _judge(watched, project, inventory)

    return judge


ALARMS = tuple(_alarm(each) for each in (*WATCHED, *OF_OWNERS))


@check(
    "gcp.logging.alert_policy.tells_somebody",
    on=ALERT,
    control="detection.alarms",
    severity=Severity.LOW,
    title="Alert policy tells somebody",
    risk="The alarm goes off, and nobody hears it.",
    fix="gcloud monitoring policies update {name} --enabled --add-notification-channels=CHANNEL --project={account}",
)
def tells_somebody(policy: Resource, inventory: Inventory) -> Verdict:
    item = policy["item"]
    if item.get("enabled") is False:
        return failed("the policy is off")
    if not item.get("notificationChannels"):
        return failed("it has no channel")
    channels = {each.name: each["item"] for each in inventory.all(CHANNEL)}
    return passed("a channel works") if told(item, channels) else failed("none of its channels works")
