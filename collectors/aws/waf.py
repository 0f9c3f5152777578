"""AWS WAF: web ACLs of what stands in a region. CloudFront names its own."""

from collectors.aws.spec import Call, Spec

# One call a web ACL tells all the load balancers that it protects; asking each load balancer would cost one for each.
# Source of its second permission: Service Authorization Reference, "Actions defined by AWS WAF V2".
WEB_ACL = Spec(
    type="aws.waf.web_acl",
    service="aws.waf",
    api="wafv2",
    title="Web ACL",
    listing=Call("list_web_acls", "WebACLs", Scope="REGIONAL", Limit=100),
    id="{ARN}",
    name="{Name}",
    facts={
        "acl": Call(
            "get_web_acl",
            "WebACL.{DefaultAction: DefaultAction, PreProcessFirewallManagerRuleGroups: PreProcessFirewallManagerRuleGroups,"
            " PostProcessFirewallManagerRuleGroups: PostProcessFirewallManagerRuleGroups,"
            " Rules: Rules[].{Name: Name, Action: Action, OverrideAction: OverrideAction,"
            " Measured: VisibilityConfig.CloudWatchMetricsEnabled,"
            " Limit: Statement.RateBasedStatement.Limit, Managed: Statement.ManagedRuleGroupStatement.Name,"
            " Group: Statement.RuleGroupReferenceStatement.ARN}}",
            Name="{Name}",
            Id="{Id}",
            Scope="REGIONAL",
        ),
        "load_balancers": Call(
            "list_resources_for_web_acl",
            "ResourceArns",
            WebACLArn="{ARN}",
            ResourceType="APPLICATION_LOAD_BALANCER",
            iam="wafv2:ListResourcesForWebACL elasticloadbalancing:DescribeWebACLAssociation",
        ),
        "logging": Call(
            "list_logging_configurations",
            "LoggingConfigurations",
            by="ResourceArn",
            key="{ARN}",
            batch=200,
            Scope="REGIONAL",
            Limit=100,
        ),
        "tag_list": Call("list_tags_for_resource", "TagInfoForResource.TagList", ResourceARN="{ARN}", Limit=100),
    },
    tags="tag_list",
    gone=frozenset({"WAFNonexistentItemException"}),
    volatile=("item.LockToken",),
)
