"""AWS Security Hub.

Where it is off, and where the caller lacks a right, the code is the same; only the message tells them apart.
"""

from collectors.aws.spec import Call, Spec

HUB = Spec(
    type="aws.securityhub.hub",
    service="aws.securityhub",
    api="securityhub",
    title="Security hub",
    listing=Call(
        "describe_hub",
        "[{HubArn: HubArn, SubscribedAt: SubscribedAt, AutoEnableControls: AutoEnableControls,"
        " ControlFindingGenerator: ControlFindingGenerator}]",
        disabled=("InvalidAccessException: not subscribed", "ResourceNotFoundException: not subscribed"),
    ),
    id="{HubArn}",
    facts={
        "standards": Call("get_enabled_standards", "StandardsSubscriptions", MaxResults=100),
        "aggregators": Call("list_finding_aggregators", "FindingAggregators", MaxResults=100),
        "administrator": Call("get_administrator_account", "Administrator", absent="ResourceNotFoundException"),
        "tags": Call("list_tags_for_resource", "Tags", ResourceArn="{HubArn}"),
    },
    tags="tags",
)
