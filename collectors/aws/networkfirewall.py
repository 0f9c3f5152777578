"""AWS Network Firewall: firewalls and policies, which are told one by one."""

from collectors.aws.spec import Call, Spec

GONE = frozenset({"ResourceNotFoundException"})

FIREWALL = Spec(
    type="aws.networkfirewall.firewall",
    service="aws.networkfirewall",
    api="network-firewall",
    title="Firewall",
    listing=Call("list_firewalls", "Firewalls", MaxResults=100),
    id="{FirewallArn}",
    name="{FirewallName}",
    facts={
        "firewall": Call("describe_firewall", "Firewall", FirewallArn="{FirewallArn}"),
        "logging": Call(
            "describe_logging_configuration", "LoggingConfiguration.LogDestinationConfigs", FirewallArn="{FirewallArn}"
        ),
    },
    tags="firewall.Tags",
    gone=GONE,
)

POLICY = Spec(
    type="aws.networkfirewall.policy",
    service="aws.networkfirewall",
    api="network-firewall",
    title="Firewall policy",
    listing=Call("list_firewall_policies", "FirewallPolicies", MaxResults=100),
    id="{Arn}",
    name="{Name}",
    facts={
        "policy": Call("describe_firewall_policy", "FirewallPolicy", FirewallPolicyArn="{Arn}"),
        "sharing": Call(
            "describe_resource_policy", "Policy", decode="json", absent="ResourceNotFoundException", ResourceArn="{Arn}"
        ),
    },
)
