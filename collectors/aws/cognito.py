"""Amazon Cognito: user pools, their app clients, identity pools. All are told one by one.

Users are not read: they are other people's data, and nobody's posture.
"""

from collectors.aws.spec import Call, Spec

# Source: API references, "ListUserPools", "ListIdentityPools": at most 60 a page.
PAGE = 60
GONE = frozenset({"ResourceNotFoundException"})

USER_POOL = Spec(
    type="aws.cognito.user_pool",
    service="aws.cognito",
    api="cognito-idp",
    title="User pool",
    listing=Call("list_user_pools", "UserPools[].{Id: Id, Name: Name}", MaxResults=PAGE),
    id="arn:{partition}:cognito-idp:{region}:{account}:userpool/{Id}",
    name="{Id}",
    facts={"pool": Call("describe_user_pool", "UserPool", UserPoolId="{Id}")},
    tags="pool.UserPoolTags",
    gone=GONE,
    volatile=("pool.EstimatedNumberOfUsers",),
)

CLIENT = Spec(
    type="aws.cognito.client",
    service="aws.cognito",
    api="cognito-idp",
    title="App client of a user pool",
    parent="aws.cognito.user_pool",
    listing=Call("list_user_pool_clients", "UserPoolClients", UserPoolId="{parent[Id]}", MaxResults=PAGE),
    id="arn:{partition}:cognito-idp:{region}:{account}:userpool/{UserPoolId}/client/{ClientId}",
    name="{ClientName}",
    facts={
        "client": Call("describe_user_pool_client", "UserPoolClient", UserPoolId="{UserPoolId}", ClientId="{ClientId}"),
    },
    gone=GONE,
    secret=("client.ClientSecret",),
)

IDENTITY_POOL = Spec(
    type="aws.cognito.identity_pool",
    service="aws.cognito",
    api="cognito-identity",
    title="Identity pool",
    listing=Call("list_identity_pools", "IdentityPools", MaxResults=PAGE),
    id="arn:{partition}:cognito-identity:{region}:{account}:identitypool/{IdentityPoolId}",
    name="{IdentityPoolName}",
    facts={"pool": Call("describe_identity_pool", IdentityPoolId="{IdentityPoolId}")},
    tags="pool.IdentityPoolTags",
    gone=GONE,
)
