"""Checks that somebody is told of dangerous changes: one check for each kind in `watched.py`.

Told means: a metric filter on the log group of a trail that records all regions, an alarm on its metric, and an action that
reaches somebody; or, for what that leaves out, a rule of EventBridge with a target in every region where the event appears.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws import filters, patterns
from checks.aws.trails import WRITES, is_logging, management_events, trails
from checks.aws.watched import EVERYDAY, REGIONLESS, SIGN_IN, WATCHED, Event, Watched
from checks.aws.watched_data import OF_DATA_SERVICES
from checks.aws.watched_offices import OF_OFFICES
from checks.aws.watched_services import OF_SERVICES
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Verdict, failed, passed, skipped, unknown

# Where a partition shows the events of services that belong to no region.
HOMES = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
IN_ALARM = re.compile(r'ALARM\(\s*["\']?([^"\')]+)["\']?\s*\)', re.IGNORECASE)
REFUSED_CALLS = 1

Group = tuple[str, str, str]  # region, account, name


def _groups(inventory: Inventory) -> set[Group]:
    """Return the log groups that receive every management event of the account."""
    found = set()
    for trail in trails(inventory):
        arn = trail["item"].get("CloudWatchLogsLogGroupArn")
        if not arn or not trail["item"].get("IsMultiRegionTrail"):
            continue
        _, _, _, region, account, _, name, *_ = arn.split(":")
        # What a trail of another account records, only that account is told.
        if account != trail.account or (is_logging(trail) and WRITES in management_events(trail["selectors"] or {})):
            found.add((region, account, name))
    return found


def measured(alarm: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what an alarm measures, by itself or within an expression: ``Namespace``, ``MetricName``, ``Dimensions``."""
    if "MetricName" in alarm:
        yield alarm
    for each in alarm.get("Metrics") or []:
        if metric := (each.get("MetricStat") or {}).get("Metric"):
            yield metric


def _tells(alarm: Resource, inventory: Inventory) -> bool:
    """Tell whether an action of *alarm* reaches somebody; a topic of the account needs a confirmed subscription."""
    item = alarm["item"]
    return bool(item.get("ActionsEnabled")) and any(
        _reaches(action, alarm.account, inventory) for action in item.get("AlarmActions") or []
    )


def _reaches(action: str, account: str, inventory: Inventory) -> bool:
    parts = action.split(":")
    if parts[2:3] != ["sns"] or parts[4] != account:
        return True
    return any(inventory.where("aws.sns.subscription", "item.TopicArn", action))


def armed(inventory: Inventory, region: str) -> Iterator[Mapping[str, Any]]:
    """Yield the alarms on metrics in *region* of which somebody is told, by themselves or within another."""
    within = {
        name
        for composite in inventory.all("aws.cloudwatch.composite_alarm", region=region)
        if _tells(composite, inventory)
        for name in IN_ALARM.findall(composite["item"].get("AlarmRule", ""))
    }
    for alarm in inventory.all("aws.cloudwatch.alarm", region=region):
        if {alarm.name, alarm.id} & within or _tells(alarm, inventory):
            yield alarm["item"]


def _tests(inventory: Inventory, groups: set[Group], account: str) -> list[str]:
    """Return the patterns that set off an alarm that somebody is told of, but for those that match every day."""
    found = []
    for region in {region for region, owner, _ in groups if owner == account}:
        names = {name for where, owner, name in groups if (where, owner) == (region, account)}
        told = {(each["Namespace"], each["MetricName"]) for alarm in armed(inventory, region) for each in measured(alarm)}
        for each in inventory.all("aws.logs.metric_filter", region=region):
            item = each["item"]
            made = {(made["metricNamespace"], made["metricName"]) for made in item["metricTransformations"]}
            if item["logGroupName"] in names and made & told:
                found.append(item["filterPattern"])
    return [each for each in found if not any(filters.matches(each, event) for event in EVERYDAY)]


def _passed_on(event: Event, region: str) -> dict[str, Any]:
    """Return *event* as EventBridge passes it on in *region*."""
    service = event["eventSource"].partition(".")[0]
    kind = "AWS Console Sign In via CloudTrail" if event["eventSource"] == SIGN_IN else "AWS API Call via CloudTrail"
    return {"source": f"aws.{service}", "detail-type": kind, "region": region, "detail": {**event, "awsRegion": region}}


def rules(inventory: Inventory, region: str, *, all_calls: bool = False) -> list[dict[str, Any]]:
    """Return the patterns of rules at work in *region*, but for those that match every day.

    Refused calls are also calls that only read; those reach rules that are enabled for all management events.
    """
    states = {"ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"} | (set() if all_calls else {"ENABLED"})
    found = [
        json.loads(each["item"]["EventPattern"])
        for each in inventory.all("aws.eventbridge.rule", region=region)
        if each["item"].get("EventPattern") and each["item"]["State"] in states and each["targets"]
    ]
    everyday = [_passed_on(event, region) for event in EVERYDAY]
    return [each for each in found if not any(patterns.matches(each, event) for event in everyday)]


def _unruled(events: list[Event], account: Resource, inventory: Inventory, watched: Watched) -> list[Event]:
    """Return those of *events* that appear in a region where no rule passes them on to anybody."""
    home = HOMES.get(account.id.split(":")[1], "")
    where = inventory.all(watched.kind or "aws.account.region")
    regionless = {event["eventSource"] for event in events} <= REGIONLESS
    regions = {each.region for each in where} | ({home} if regionless or not watched.kind else set())
    at_work = {
        region: rules(inventory, region, all_calls=watched.number == REFUSED_CALLS)
        for region in regions
        if region == home or not regionless
    }

    def ruled(event: Event, region: str) -> bool:
        return any(patterns.matches(each, _passed_on(event, region)) for each in at_work[region])

    return [
        event
        for event in events
        if not all(ruled(event, region) for region in ([home] if event["eventSource"] in REGIONLESS else at_work))
    ]


def _judge(watched: Watched, account: Resource, inventory: Inventory) -> Verdict:
    if watched.kind and not any(True for _ in inventory.all(watched.kind)):
        return skipped("the account has none")
    groups = _groups(inventory)
    tests = _tests(inventory, groups, account.account)
    missed = [event for event in watched.events if not any(filters.matches(each, event) for each in tests)]
    if not missed:
        return passed("an alarm on the trail's log group tells somebody")
    if not (missed := _unruled(missed, account, inventory, watched)):
        return passed("rules of EventBridge tell somebody")
    if elsewhere := {owner for _, owner, _ in groups if owner != account.account}:
        return unknown(f"the organization's trail goes to account {', '.join(elsewhere)}, which this scan cannot see")
    if strange := [each for each in tests if not filters.readable(each)]:
        return unknown(f"a metric filter's pattern cannot be read: {strange[0]}")
    names = sorted({event["eventName"] for event in missed})
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return failed(f"nobody is told of {', '.join(names[:3])}{more}")


def alarmed(watched: Watched) -> Check:
    @check(
        f"aws.account.account.alarm_on_{watched.name}",
        on="aws.account.account",
        service=watched.service,
        control="detection.alarms",
        severity=watched.severity,
        title=f"Somebody is told of {watched.what}",
        risk=watched.risk,
        fix="On the log group of the trail: aws logs put-metric-filter, then aws cloudwatch put-metric-alarm with"
        " --alarm-actions of a topic that somebody has subscribed to",
        cis=watched.cis,
    )
    def judge(account: Resource, inventory: Inventory) -> Verdict:
        return _judge(watched, account, inventory)

    return judge


ALARMS = tuple(alarmed(each) for each in WATCHED)
ALARMS_OF_SERVICES = tuple(alarmed(each) for each in OF_SERVICES)
ALARMS_OF_DATA_SERVICES = tuple(alarmed(each) for each in OF_DATA_SERVICES)
ALARMS_OF_OFFICES = tuple(alarmed(each) for each in OF_OFFICES)
