"""What AWS says of networks and what stands before them where nobody set anything up, and moto does not know the operation."""

from __future__ import annotations

from collections.abc import Mapping

from simulators.aws.supplement.registry import Refusal, Result

# Source of the codes: botocore's models of the services.
EDGE: Mapping[str, Result | Refusal] = {
    "ec2:DescribeClientVpnAuthorizationRules": {"AuthorizationRules": []},
    "ec2:DescribeClientVpnEndpoints": {"ClientVpnEndpoints": []},
    "network-firewall:DescribeResourcePolicy": Refusal(400, "ResourceNotFoundException", "There is no resource policy."),
    "network-firewall:ListFirewallPolicies": {"FirewallPolicies": []},
    "route53resolver:ListFirewallRuleGroupAssociations": {"FirewallRuleGroupAssociations": []},
}
