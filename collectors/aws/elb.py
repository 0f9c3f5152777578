"""Elastic Load Balancing: load balancers, their listeners and target groups; classic load balancers, an API of its own.

AWS has no bulk call for attributes, listeners and rules: each costs one a load balancer or listener.
"""

from collectors.aws.spec import Call, Spec

# Source: Elastic Load Balancing API references, "DescribeTags" (20 at once), "DescribeLoadBalancers" (400 a page).
TAGS_AT_ONCE, PAGE = 20, 400

LOAD_BALANCER = Spec(
    type="aws.elb.load_balancer",
    service="aws.elb",
    api="elbv2",
    title="Load balancer",
    listing=Call("describe_load_balancers", "LoadBalancers", PageSize=PAGE),
    id="{LoadBalancerArn}",
    name="{LoadBalancerName}",
    facts={
        "attributes": Call("describe_load_balancer_attributes", "Attributes", LoadBalancerArn="{LoadBalancerArn}"),
        "tag_list": Call(
            "describe_tags",
            "TagDescriptions",
            by="ResourceArn",
            key="{LoadBalancerArn}",
            batch=TAGS_AT_ONCE,
            ResourceArns=["{LoadBalancerArn}"],
        ),
    },
    tags="tag_list.Tags",
    gone=frozenset({"LoadBalancerNotFound"}),
)

# AWS itself says which protocols and ciphers each policy stands for: policies that don't exist yet need no change here.
# A listener without TLS names no policy, and one of a gateway no port: they get empty ones, and no policy has that name.
# Network load balancers have no rules.
LISTENER = Spec(
    type="aws.elb.listener",
    service="aws.elb",
    api="elbv2",
    title="Listener of a load balancer",
    parent="aws.elb.load_balancer",
    listing=Call(
        "describe_listeners",
        'Listeners[].merge(`{"SslPolicy": "", "Port": ""}`, @)',
        LoadBalancerArn="{parent[LoadBalancerArn]}",
        PageSize=PAGE,
    ),
    id="{ListenerArn}",
    name="{parent[LoadBalancerName]}:{Port}",
    facts={
        "tls": Call(
            "describe_ssl_policies",
            "SslPolicies[].{Name: Name, SslProtocols: SslProtocols, Ciphers: Ciphers[].Name}",
            by="Name",
            key="{SslPolicy}",
            batch=200,
            PageSize=PAGE,
        ),
        "rules": Call("describe_rules", "Rules", absent="UnsupportedProtocol", ListenerArn="{ListenerArn}", PageSize=PAGE),
    },
    gone=frozenset({"LoadBalancerNotFound", "ListenerNotFound"}),
    secret=(
        "item.DefaultActions.AuthenticateOidcConfig.ClientSecret",
        "rules.Actions.AuthenticateOidcConfig.ClientSecret",
    ),
)

TARGET_GROUP = Spec(
    type="aws.elb.target_group",
    service="aws.elb",
    api="elbv2",
    title="Target group",
    listing=Call("describe_target_groups", "TargetGroups", PageSize=PAGE),
    id="{TargetGroupArn}",
    name="{TargetGroupName}",
)

CLASSIC_LOAD_BALANCER = Spec(
    type="aws.elb.classic_load_balancer",
    service="aws.elb",
    api="elb",
    title="Classic load balancer",
    listing=Call("describe_load_balancers", "LoadBalancerDescriptions", PageSize=PAGE),
    id="arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerName}",
    name="{LoadBalancerName}",
    facts={
        "attributes": Call(
            "describe_load_balancer_attributes", "LoadBalancerAttributes", LoadBalancerName="{LoadBalancerName}"
        ),
        "policies": Call("describe_load_balancer_policies", "PolicyDescriptions", LoadBalancerName="{LoadBalancerName}"),
        "tag_list": Call(
            "describe_tags",
            "TagDescriptions",
            by="LoadBalancerName",
            key="{LoadBalancerName}",
            batch=TAGS_AT_ONCE,
            LoadBalancerNames=["{LoadBalancerName}"],
        ),
    },
    tags="tag_list.Tags",
    gone=frozenset({"LoadBalancerNotFound"}),
)
