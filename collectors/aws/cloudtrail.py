"""AWS CloudTrail: the account's own trails, the organization's trails that reach it, and event data stores."""

from collectors.aws.spec import Call, Spec

STATUS = Call(
    "get_trail_status",
    "{IsLogging: IsLogging, LatestDeliveryError: LatestDeliveryError, LatestDigestDeliveryError:"
    " LatestDigestDeliveryError, LatestCloudWatchLogsDeliveryError: LatestCloudWatchLogsDeliveryError,"
    " LatestDeliveryTime: LatestDeliveryTime, LatestCloudWatchLogsDeliveryTime: LatestCloudWatchLogsDeliveryTime}",
    # Accounts other than the owner of an organization's trail may be told that there is no such trail.
    absent="TrailNotFoundException",
    Name="{TrailARN}",
)
SELECTORS = Call(
    "get_event_selectors",
    "{EventSelectors: EventSelectors, AdvancedEventSelectors: AdvancedEventSelectors}",
    absent="TrailNotFoundException",
    TrailName="{TrailARN}",
)
LATEST = ("status.LatestDeliveryTime", "status.LatestCloudWatchLogsDeliveryTime")

# Without shadow trails each trail is listed once, in its home region, and only by the account that owns it.
TRAIL = Spec(
    type="aws.cloudtrail.trail",
    service="aws.cloudtrail",
    api="cloudtrail",
    title="Trail",
    listing=Call("describe_trails", "trailList", includeShadowTrails=False),
    id="{TrailARN}",
    name="{Name}",
    facts={
        "status": STATUS,
        "selectors": SELECTORS,
        "tag_list": Call(
            "list_tags",
            "ResourceTagList",
            by="ResourceId",
            key="{TrailARN}",
            batch=20,
            ResourceIdList=["{TrailARN}"],
        ),
    },
    tags="tag_list.TagsList",
    gone=frozenset({"TrailNotFoundException", "ResourceNotFoundException"}),
    volatile=LATEST,
)

# A member account sees the organization's trails as shadows only. One that covers all regions shows in every region,
# so asking one region finds it; one that covers a single region does not record the whole account anyway.
ORGANIZATION_TRAIL = Spec(
    type="aws.cloudtrail.organization_trail",
    service="aws.cloudtrail",
    api="cloudtrail",
    title="Organization trail that reaches the account",
    scope="global",
    listing=Call("describe_trails", "trailList[?IsOrganizationTrail]", includeShadowTrails=True),
    id="{TrailARN}",
    name="{Name}",
    region="{HomeRegion}",
    facts={"status": STATUS, "selectors": SELECTORS},
    volatile=LATEST,
)

EVENT_DATA_STORE = Spec(
    type="aws.cloudtrail.event_data_store",
    service="aws.cloudtrail",
    api="cloudtrail",
    title="Event data store",
    listing=Call(
        "list_event_data_stores",
        "EventDataStores[].{EventDataStoreArn: EventDataStoreArn, Name: Name}",
        disabled="UnsupportedOperationException",
        MaxResults=1000,
    ),
    id="{EventDataStoreArn}",
    name="{Name}",
    facts={
        "store": Call("get_event_data_store", EventDataStore="{EventDataStoreArn}"),
        "policy": Call(
            "get_resource_policy",
            "ResourcePolicy",
            decode="json",
            absent="ResourcePolicyNotFoundException",
            ResourceArn="{EventDataStoreArn}",
        ),
        "tag_list": Call(
            "list_tags",
            "ResourceTagList",
            by="ResourceId",
            key="{EventDataStoreArn}",
            batch=20,
            ResourceIdList=["{EventDataStoreArn}"],
        ),
    },
    tags="tag_list.TagsList",
    gone=frozenset({"EventDataStoreNotFoundException", "InactiveEventDataStoreException"}),
)
