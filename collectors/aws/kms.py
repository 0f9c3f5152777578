"""AWS Key Management Service."""

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

KEY = Spec(
    type="aws.kms.key",
    service="aws.kms",
    api="kms",
    title="Key",
    listing=Call("list_keys", "Keys", Limit=1000),
    id="{KeyArn}",
    name="{KeyId}",
    facts={
        "key": Call("describe_key", "KeyMetadata", KeyId="{KeyId}"),
        "policy": Call("get_key_policy", "Policy", decode="json", KeyId="{KeyId}", PolicyName="default"),
        # Kinds of keys that cannot rotate at all are said to be unsupported. AWS rotates its own every year, and only symmetric
        # keys for encryption can be set to. Source: KMS API reference, GetKeyRotationStatus.
        "rotation": Call(
            "get_key_rotation_status",
            absent="UnsupportedOperationException",
            needless=("key", "KeyManager == 'AWS' || KeySpec && KeySpec != 'SYMMETRIC_DEFAULT'", "NotConfigurable"),
            KeyId="{KeyId}",
        ),
        "tags": tagging("kms:key", "{KeyArn}", Call("list_resource_tags", "{Tags: Tags}", KeyId="{KeyId}")),
    },
    tags="tags.Tags",
    gone=frozenset({"NotFoundException"}),
)
