"""AWS Key Management Service."""

from collectors.aws.spec import Call, Spec

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
        # Kinds of keys that cannot rotate at all are said to be unsupported.
        "rotation": Call("get_key_rotation_status", absent="UnsupportedOperationException", KeyId="{KeyId}"),
        "tags": Call("list_resource_tags", "Tags", KeyId="{KeyId}"),
    },
    tags="tags",
    gone=frozenset({"NotFoundException"}),
)
