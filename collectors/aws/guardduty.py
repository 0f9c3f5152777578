"""Amazon GuardDuty."""

from collectors.aws.spec import Call, Spec

# GuardDuty says "bad request" for what no longer exists; only the message tells.
GONE = frozenset({"BadRequestException: is not owned by the current account"})

DETECTOR = Spec(
    type="aws.guardduty.detector",
    service="aws.guardduty",
    api="guardduty",
    title="Detector",
    listing=Call("list_detectors", "DetectorIds[].{DetectorId: @}", MaxResults=50),
    id="arn:{partition}:guardduty:{region}:{account}:detector/{DetectorId}",
    name="{DetectorId}",
    facts={
        "detector": Call("get_detector", DetectorId="{DetectorId}"),
        "administrator": Call("get_administrator_account", "Administrator", DetectorId="{DetectorId}"),
        "destinations": Call("list_publishing_destinations", "Destinations", DetectorId="{DetectorId}", MaxResults=50),
    },
    tags="detector.Tags",
    gone=GONE,
)

FILTER = Spec(
    type="aws.guardduty.filter",
    service="aws.guardduty",
    api="guardduty",
    title="Filter of findings",
    parent="aws.guardduty.detector",
    listing=Call("list_filters", "FilterNames[].{FilterName: @}", DetectorId="{parent[DetectorId]}", MaxResults=50),
    id="arn:{partition}:guardduty:{region}:{account}:detector/{parent[DetectorId]}/filter/{FilterName}",
    name="{FilterName}",
    facts={
        "filter": Call("get_filter", DetectorId="{parent[DetectorId]}", FilterName="{FilterName}"),
    },
    tags="filter.Tags",
    gone=GONE,
)
