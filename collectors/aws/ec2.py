"""Amazon EC2: instances and what is known of their guests, launch templates, key pairs, and a region's defaults.

What Systems Manager and Inspector know of a guest comes in bulk and stands beside the instance; so does the image that the
instance was started from, even where it is another's or gone.
"""

from collectors.aws.spec import Call, Spec


def _arn(kind: str, field: str) -> str:
    """Return the template of an ARN, which these listings do not give."""
    return f"arn:{{partition}}:ec2:{{region}}:{{account}}:{kind}/{{{field}}}"


def _equals(value: str) -> list[dict[str, str]]:
    return [{"comparison": "EQUALS", "value": value}]


# Instances that were terminated show up for about an hour and are nobody's to protect any more.
ALIVE = {"Name": "instance-state-name", "Values": ["pending", "running", "shutting-down", "stopping", "stopped"]}

# User data costs a call for each instance: no other operation tells it. Protection from termination would cost one more,
# and is not read. Where Inspector is off, its two operations are taken to answer with nothing, since their models know no
# refusal; that was not verified against such an account, so checks ask first whether it is on.
INSTANCE = Spec(
    type="aws.ec2.instance",
    service="aws.ec2",
    api="ec2",
    title="Instance",
    listing=Call("describe_instances", "Reservations[].Instances[]", MaxResults=1000, Filters=[ALIVE]),
    id=_arn("instance", "InstanceId"),
    name="{InstanceId}",
    facts={
        "image": Call(
            "describe_instance_image_metadata",
            "InstanceImageMetadata[].{InstanceId: InstanceId, ImageMetadata: ImageMetadata}",
            by="InstanceId",
            key="{InstanceId}",
            MaxResults=1000,
        ),
        "managed": Call(
            "describe_instance_information",
            "InstanceInformationList",
            service="ssm",
            by="InstanceId",
            key="{InstanceId}",
            MaxResults=50,
        ),
        "patches": Call(
            "describe_instance_patch_states",
            "InstancePatchStates",
            service="ssm",
            by="InstanceId",
            key="{InstanceId}",
            batch=50,
            InstanceIds=["{InstanceId}"],
        ),
        "coverage": Call(
            "list_coverage",
            "coveredResources",
            service="inspector2",
            by="resourceId",
            key="{InstanceId}",
            maxResults=200,
            filterCriteria={
                "accountId": _equals("{account}"),
                "resourceType": _equals("AWS_EC2_INSTANCE"),
                "scanType": _equals("PACKAGE"),
            },
        ),
        "weaknesses": Call(
            "list_finding_aggregations",
            "responses[].ec2InstanceAggregation",
            service="inspector2",
            by="instanceId",
            key="{InstanceId}",
            maxResults=100,
            aggregationType="AWS_EC2_INSTANCE",
            accountIds=_equals("{account}"),
        ),
        "user_data": Call(
            "describe_instance_attribute",
            "UserData.Value",
            Attribute="userData",
            InstanceId="{InstanceId}",
        ),
    },
    tags="item.Tags",
    gone=frozenset({"InvalidInstanceID.NotFound"}),
    volatile=(
        "managed.LastPingDateTime",
        "managed.LastAssociationExecutionDate",
        "managed.LastSuccessfulAssociationExecutionDate",
        "managed.AssociationStatus",
        "managed.AssociationOverview",
        "patches.SnapshotId",
        "patches.OperationStartTime",
        "patches.OperationEndTime",
        "coverage.lastScannedAt",
    ),
    secret=("user_data",),
)


def _version(which: str) -> Call:
    """Return the call that brings one version of every template of the account and region."""
    return Call(
        "describe_launch_template_versions",
        "LaunchTemplateVersions",
        by="LaunchTemplateId",
        key="{LaunchTemplateId}",
        Versions=[which],
        MaxResults=200,
    )


LAUNCH_TEMPLATE = Spec(
    type="aws.ec2.launch_template",
    service="aws.ec2",
    api="ec2",
    title="Launch template",
    listing=Call("describe_launch_templates", "LaunchTemplates", MaxResults=200),
    id=_arn("launch-template", "LaunchTemplateId"),
    name="{LaunchTemplateName}",
    facts={"default": _version("$Default"), "latest": _version("$Latest")},
    tags="item.Tags",
    secret=("default.LaunchTemplateData.UserData", "latest.LaunchTemplateData.UserData"),
)

# The listing knows no pages.
KEY_PAIR = Spec(
    type="aws.ec2.key_pair",
    service="aws.ec2",
    api="ec2",
    title="Key pair",
    listing=Call("describe_key_pairs", "KeyPairs"),
    id=_arn("key-pair", "KeyName"),
    name="{KeyName}",
    tags="item.Tags",
)

SETTINGS = Spec(
    type="aws.ec2.settings",
    service="aws.ec2",
    api="ec2",
    title="Defaults of EC2 in one region",
    id="arn:{partition}:ec2:{region}:{account}:settings",
    name="{region}",
    facts={
        "metadata_defaults": Call("get_instance_metadata_defaults", "AccountLevel"),
        "serial_console": Call("get_serial_console_access_status"),
    },
)
