"""Checks on what feeds functions of AWS Lambda, and on its limits in a region."""

from scanner.evaluation.check import check
from scanner.model import Resource, Severity, Verdict, failed, passed, skipped

# What AWS keeps back for functions without a reservation, and how full its store may be before deployments fail.
LEAST_SHARED, MOST_STORED = 100, 0.8
# Sources whose records are gone for good once a batch of them was given up. Of Kafka that one runs oneself there is no ARN.
STREAMS = ("kinesis", "dynamodb", "kafka")


@check(
    "aws.lambda.event_source_mapping.failures_kept",
    on="aws.lambda.event_source_mapping",
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Records of a stream that the function fails on are kept",
    risk="Records that fail over and over hold up their shard until they expire, and are lost.",
    fix="aws lambda update-event-source-mapping --uuid {name} --region {region} --maximum-retry-attempts NUMBER"
    " --destination-config OnFailure={Destination=QUEUE}",
)
def failures_kept(mapping: Resource) -> Verdict:
    item = mapping["item"]
    source = str(item.get("EventSourceArn") or "").split(":")[2:3]
    if source and source[0] not in STREAMS:
        return skipped(f"{source[0]} keeps what was not taken")
    if destination := ((item.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination"):
        return passed(f"sent to {destination}")
    return failed("no destination for failures")


@check(
    "aws.lambda.settings.room_left",
    on="aws.lambda.settings",
    control="resilience.quotas",
    severity=Severity.LOW,
    title="Limits of Lambda leave room",
    risk="Functions are refused, or cannot be deployed, on the day when much is going on.",
    fix="aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000"
    " --region {region}; delete versions of functions that nobody uses",
)
def room_left(settings: Resource) -> Verdict:
    limit, usage = settings["settings"]["AccountLimit"], settings["settings"]["AccountUsage"]
    if not usage.get("FunctionCount"):
        return skipped("no functions in the region")
    shared, stored = limit["UnreservedConcurrentExecutions"], usage["TotalCodeSize"] / limit["TotalCodeSize"]
    if shared <= LEAST_SHARED:
        return failed(f"{shared} executions at once are left for all functions without a reservation")
    if stored > MOST_STORED:
        return failed(f"code fills {stored:.0%} of the store")
    return passed(f"{shared} executions at once are left, and code fills {stored:.0%} of the store")
