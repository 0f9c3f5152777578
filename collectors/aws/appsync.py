"""AWS AppSync: GraphQL APIs. The listing tells all but the cache and the keys, which cost a call each."""

from collectors.aws.spec import Call, Spec

# The id of a key is the key itself, so only the ends of keys are kept.
GRAPHQL_API = Spec(
    type="aws.appsync.graphql_api",
    service="aws.appsync",
    api="appsync",
    title="GraphQL API",
    listing=Call("list_graphql_apis", "graphqlApis", maxResults=25),
    id="{arn}",
    name="{name}",
    facts={
        "cache": Call("get_api_cache", "apiCache", absent="NotFoundException", apiId="{apiId}"),
        "keys": Call("list_api_keys", "apiKeys[].{expires: expires}", apiId="{apiId}", maxResults=25),
    },
    tags="item.tags",
)
