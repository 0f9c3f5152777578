"""AWS IAM Identity Center."""

from collectors.aws.spec import Call, Spec

INSTANCE = Spec(
    type="aws.identitycenter.instance",
    service="aws.identitycenter",
    api="sso-admin",
    title="Identity Center instance",
    listing=Call("list_instances", "Instances", MaxResults=100),
    id="{InstanceArn}",
    name="{IdentityStoreId}",
    facts={
        "details": Call(
            "describe_instance",
            "{EncryptionConfigurationDetails: EncryptionConfigurationDetails,"
            " NetworkConfigurationDetails: NetworkConfigurationDetails}",
            InstanceArn="{InstanceArn}",
        ),
        "tags": Call("list_tags_for_resource", "Tags", InstanceArn="{InstanceArn}", ResourceArn="{InstanceArn}"),
    },
    tags="tags",
    gone=frozenset({"ResourceNotFoundException"}),
)

PERMISSION_SET = Spec(
    type="aws.identitycenter.permission_set",
    service="aws.identitycenter",
    api="sso-admin",
    title="Permission set",
    parent="aws.identitycenter.instance",
    listing=Call(
        "list_permission_sets",
        "PermissionSets[].{PermissionSetArn: @}",
        InstanceArn="{parent[InstanceArn]}",
        MaxResults=100,
    ),
    id="{PermissionSetArn}",
    facts={
        "settings": Call(
            "describe_permission_set",
            "PermissionSet",
            InstanceArn="{parent[InstanceArn]}",
            PermissionSetArn="{PermissionSetArn}",
        ),
        "managed_policies": Call(
            "list_managed_policies_in_permission_set",
            "AttachedManagedPolicies",
            InstanceArn="{parent[InstanceArn]}",
            PermissionSetArn="{PermissionSetArn}",
            MaxResults=100,
        ),
        # Without an inline policy the answer is an empty string, which is no JSON.
        "inline_policy": Call(
            "get_inline_policy_for_permission_set",
            "InlinePolicy || `null`",
            InstanceArn="{parent[InstanceArn]}",
            PermissionSetArn="{PermissionSetArn}",
            decode="json",
        ),
    },
    gone=frozenset({"ResourceNotFoundException"}),
)
