"""AWS Secrets Manager. Only what describes a secret is read, never its value."""

from collectors.aws.spec import Call, Spec

SECRET = Spec(
    type="aws.secretsmanager.secret",
    service="aws.secretsmanager",
    api="secretsmanager",
    title="Secret",
    listing=Call("list_secrets", "SecretList", MaxResults=100),
    id="{ARN}",
    name="{Name}",
    facts={
        "policy": Call("get_resource_policy", "ResourcePolicy", decode="json", SecretId="{ARN}"),
        "replicas": Call("describe_secret", "ReplicationStatus[].{Region: Region, Status: Status}", SecretId="{ARN}"),
    },
    tags="item.Tags",
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=("item.LastAccessedDate",),
)
