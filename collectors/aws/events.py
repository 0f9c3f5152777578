"""Amazon EventBridge: buses, and the rules that act on what passes over them."""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

EVENT_BUS = Spec(
    type="aws.eventbridge.event_bus",
    service="aws.eventbridge",
    api="events",
    title="Event bus",
    listing=Call("list_event_buses", "EventBuses", Limit=100),
    id="{Arn}",
    name="{Name}",
    facts={
        "settings": Call(
            "describe_event_bus",
            "{KmsKeyIdentifier: KmsKeyIdentifier, DeadLetterConfig: DeadLetterConfig, LogConfig: LogConfig}",
            Name="{Name}",
        ),
        "policy": Call("describe_event_bus", "Policy", decode="json", Name="{Name}"),
        "archives": Call("list_archives", "Archives", EventSourceArn="{Arn}", Limit=100),
        "tags": tagging("events:event-bus", "{Arn}"),
    },
    tags="tags.Tags",
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=("archives.SizeBytes", "archives.EventCount"),
)

# The pattern is a JSON string within the row. What a target is told may be a constant with a secret in it.
RULE = Spec(
    type="aws.eventbridge.rule",
    service="aws.eventbridge",
    api="events",
    title="Rule",
    parent="aws.eventbridge.event_bus",
    listing=Call("list_rules", "Rules", EventBusName="{parent[Name]}", Limit=100),
    id="{Arn}",
    name="{Name}",
    facts={
        "targets": Call("list_targets_by_rule", "Targets", Rule="{Name}", EventBusName="{parent[Name]}", Limit=100),
        "tags": tagging("events:rule", "{Arn}"),
    },
    tags="tags.Tags",
    gone=frozenset({"ResourceNotFoundException"}),
    secret=("targets.*.Input", "targets.*.InputTransformer.InputTemplate"),
)
