"""Amazon API Gateway: REST APIs, and HTTP and WebSocket APIs, which have an API of their own.

Stages, and methods or routes, are told API by API only: two calls for each. Domain names and keys come in bulk.
"""

from collectors.aws.spec import Call, Spec

# Every read of API Gateway is the one action. Source: Service Authorization Reference, "API Gateway Management".
READ, PAGE = "apigateway:GET", 500
GONE = frozenset({"NotFoundException"})

REST_API = Spec(
    type="aws.apigateway.rest_api",
    service="aws.apigateway",
    api="apigateway",
    title="REST API",
    listing=Call("get_rest_apis", "items", limit=PAGE, iam=READ),
    id="arn:{partition}:apigateway:{region}::/restapis/{id}",
    name="{name}",
    facts={
        "methods": Call(
            "get_resources",
            "items[?resourceMethods].{path: path, methods: values(resourceMethods)[].{httpMethod: httpMethod,"
            " authorizationType: authorizationType, apiKeyRequired: apiKeyRequired, requestValidatorId: requestValidatorId}}",
            restApiId="{id}",
            embed=["methods"],
            limit=PAGE,
            iam=READ,
        ),
    },
    tags="item.tags",
    gone=GONE,
)

STAGE = Spec(
    type="aws.apigateway.stage",
    service="aws.apigateway",
    api="apigateway",
    title="Stage of a REST API",
    parent="aws.apigateway.rest_api",
    listing=Call("get_stages", "item", restApiId="{parent[id]}", iam=READ),
    id="arn:{partition}:apigateway:{region}::/restapis/{parent[id]}/stages/{stageName}",
    name="{parent[name]}/{stageName}",
    tags="item.tags",
    gone=GONE,
    secret=("item.variables.*",),
)

DOMAIN_NAME = Spec(
    type="aws.apigateway.domain_name",
    service="aws.apigateway",
    api="apigateway",
    title="Domain name of APIs",
    listing=Call("get_domain_names", "items", limit=PAGE, iam=READ),
    id="arn:{partition}:apigateway:{region}::/domainnames/{domainName}",
    name="{domainName}",
    tags="item.tags",
)

API_KEY = Spec(
    type="aws.apigateway.api_key",
    service="aws.apigateway",
    api="apigateway",
    title="Key of API clients",
    listing=Call("get_api_keys", "items", limit=PAGE, includeValues=False, iam=READ),
    id="arn:{partition}:apigateway:{region}::/apikeys/{id}",
    name="{id}",
    tags="item.tags",
    secret=("item.value",),
)

HTTP_API = Spec(
    type="aws.apigateway.http_api",
    service="aws.apigateway",
    api="apigatewayv2",
    title="HTTP or WebSocket API",
    listing=Call("get_apis", "Items", iam=READ),
    id="arn:{partition}:apigateway:{region}::/apis/{ApiId}",
    name="{Name}",
    facts={
        "routes": Call(
            "get_routes",
            "Items[].{RouteKey: RouteKey, AuthorizationType: AuthorizationType, ApiKeyRequired: ApiKeyRequired}",
            ApiId="{ApiId}",
            iam=READ,
        ),
    },
    tags="item.Tags",
    gone=GONE,
)

HTTP_STAGE = Spec(
    type="aws.apigateway.http_stage",
    service="aws.apigateway",
    api="apigatewayv2",
    title="Stage of an HTTP or WebSocket API",
    parent="aws.apigateway.http_api",
    listing=Call("get_stages", "Items", ApiId="{parent[ApiId]}", iam=READ),
    id="arn:{partition}:apigateway:{region}::/apis/{parent[ApiId]}/stages/{StageName}",
    name="{parent[Name]}/{StageName}",
    tags="item.Tags",
    gone=GONE,
    secret=("item.StageVariables.*",),
)
