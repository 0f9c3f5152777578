"""Amazon Route 53: hosted zones, and what the resolver logs and filters in each VPC.

Route 53 tells one zone's signing a call. Where queries are logged, and what is filtered, comes in bulk. Tags of zones are not
read: the call for many asks for ids without the path that the listing puts before them.
"""

from collectors.aws.spec import Call, Spec

# Whether private zones answer to GetDNSSEC is not verified; they cannot be signed. Source: developer guide, "DNSSEC signing".
ZONE = Spec(
    type="aws.route53.hosted_zone",
    service="aws.route53",
    api="route53",
    title="Hosted zone",
    scope="global",
    listing=Call("list_hosted_zones", "HostedZones"),
    id="{Id}",
    name="{Name}",
    facts={
        "dnssec": Call(
            "get_dnssec",
            "{Status: Status, KeySigningKeys: KeySigningKeys[].{Name: Name, Status: Status, KmsArn: KmsArn}}",
            absent="InvalidArgument InvalidInput",
            HostedZoneId="{Id}",
        ),
        "query_logging": Call(
            "list_query_logging_configs",
            "QueryLoggingConfigs[].{Zone: join('', ['/hostedzone/', HostedZoneId]), LogGroup: CloudWatchLogsLogGroupArn}",
            by="Zone",
            key="{Id}",
        ),
    },
    gone=frozenset({"NoSuchHostedZone"}),
    volatile=("item.ResourceRecordSetCount",),
)

QUERY_LOG_ASSOCIATION = Spec(
    type="aws.route53.query_log_association",
    service="aws.route53",
    api="route53resolver",
    title="Logging of a VPC's queries",
    listing=Call("list_resolver_query_log_config_associations", "ResolverQueryLogConfigAssociations", MaxResults=100),
    id="arn:{partition}:route53resolver:{region}:{account}:resolver-query-log-config-association/{Id}",
    name="{Id}",
)

FIREWALL_ASSOCIATION = Spec(
    type="aws.route53.firewall_association",
    service="aws.route53",
    api="route53resolver",
    title="DNS firewall of a VPC",
    listing=Call("list_firewall_rule_group_associations", "FirewallRuleGroupAssociations", MaxResults=100),
    id="{Arn}",
    name="{Name}",
)
