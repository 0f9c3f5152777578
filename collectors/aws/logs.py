"""Amazon CloudWatch Logs, and the alarms of CloudWatch."""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

LOG_GROUP = Spec(
    type="aws.logs.log_group",
    service="aws.logs",
    api="logs",
    title="Log group",
    listing=Call("describe_log_groups", "logGroups", limit=50),
    id="{logGroupArn}",
    name="{logGroupName}",
    facts={"tags": tagging("logs:log-group", "{logGroupArn}")},
    tags="tags.Tags",
    volatile=("item.storedBytes",),
)

METRIC_FILTER = Spec(
    type="aws.logs.metric_filter",
    service="aws.logs",
    api="logs",
    title="Metric filter",
    listing=Call("describe_metric_filters", "metricFilters", limit=50),
    id="arn:{partition}:logs:{region}:{account}:log-group:{logGroupName}:metric-filter:{filterName}",
    name="{filterName}",
)

# The document is a JSON string within the row.
RESOURCE_POLICY = Spec(
    type="aws.logs.resource_policy",
    service="aws.logs",
    api="logs",
    title="Resource policy of CloudWatch Logs",
    listing=Call("describe_resource_policies", "resourcePolicies", limit=50),
    id="arn:{partition}:logs:{region}:{account}:resource-policy:{policyName}",
    name="{policyName}",
    volatile=("item.lastUpdatedTime",),
)

_STATE = ("StateValue", "StateReason", "StateReasonData", "StateUpdatedTimestamp", "StateTransitionedTimestamp")

ALARM = Spec(
    type="aws.cloudwatch.alarm",
    service="aws.logs",
    api="cloudwatch",
    title="Metric alarm",
    listing=Call("describe_alarms", "MetricAlarms", AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100),
    id="{AlarmArn}",
    name="{AlarmName}",
    facts={"tags": tagging("cloudwatch:alarm", "{AlarmArn}")},
    tags="tags.Tags",
    volatile=tuple(f"item.{field}" for field in (*_STATE, "EvaluationState")),
)

COMPOSITE_ALARM = Spec(
    type="aws.cloudwatch.composite_alarm",
    service="aws.logs",
    api="cloudwatch",
    title="Composite alarm",
    listing=Call("describe_alarms", "CompositeAlarms", AlarmTypes=["MetricAlarm", "CompositeAlarm"], MaxRecords=100),
    id="{AlarmArn}",
    name="{AlarmName}",
    facts={"tags": tagging("cloudwatch:alarm", "{AlarmArn}")},
    tags="tags.Tags",
    volatile=tuple(f"item.{field}" for field in (*_STATE, "ActionsSuppressedBy", "ActionsSuppressedReason")),
)
