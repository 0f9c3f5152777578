"""Machine images that the account owns, and a region's defaults for them."""

from collectors.aws.spec import Call, Spec

# The listing tells whether an image is public. With whom else it is shared costs a call for each image: no other operation
# tells it, and an account holds far fewer images than snapshots. ARNs of images name no account. Source: Service
# Authorization Reference, resource types of Amazon EC2.
IMAGE = Spec(
    type="aws.ami.image",
    service="aws.ami",
    api="ec2",
    title="Machine image",
    listing=Call("describe_images", "Images", Owners=["self"], IncludeDisabled=True, MaxResults=1000),
    id="arn:{partition}:ec2:{region}::image/{ImageId}",
    name="{ImageId}",
    facts={
        "sharing": Call(
            "describe_image_attribute",
            "LaunchPermissions",
            Attribute="launchPermission",
            ImageId="{ImageId}",
        ),
    },
    tags="item.Tags",
    gone=frozenset({"InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"}),
    volatile=("item.LastLaunchedTime", "item.ScanResults.FindingScanDate"),
)

SETTINGS = Spec(
    type="aws.ami.settings",
    service="aws.ami",
    api="ec2",
    title="Defaults for machine images in one region",
    id="arn:{partition}:ec2:{region}:{account}:image-settings",
    name="{region}",
    facts={
        "public_sharing": Call("get_image_block_public_access_state"),
        "allowed_images": Call("get_allowed_images_settings"),
        "recycle_bin": Call("list_rules", "Rules", service="rbin", ResourceType="EC2_IMAGE", MaxResults=1000),
    },
)
