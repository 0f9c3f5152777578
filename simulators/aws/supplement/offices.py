"""What AWS says of what offices use where nobody set anything up, and moto does not know the operation."""

from __future__ import annotations

from collections.abc import Mapping

from simulators.aws.supplement.registry import Refusal, Result

OFFICES: Mapping[str, Result | Refusal] = {
    "ds:DescribeSnapshots": {"Snapshots": []},
    "inspector2:GetEncryptionKey": Refusal(404, "ResourceNotFoundException", "No key of the customer's is set."),
    "lightsail:GetBuckets": {"buckets": [], "accountLevelBpaSync": {"status": "InSync", "bpaImpactsLightsail": False}},
    "lightsail:GetContainerServices": {"containerServices": []},
    "lightsail:GetDisks": {"disks": []},
    "lightsail:GetDistributions": {"distributions": []},
    "lightsail:GetInstances": {"instances": []},
    "lightsail:GetLoadBalancerTlsPolicies": {"tlsPolicies": []},
    "lightsail:GetLoadBalancers": {"loadBalancers": []},
    "lightsail:GetRelationalDatabaseBlueprints": {"blueprints": []},
    "lightsail:GetRelationalDatabases": {"relationalDatabases": []},
    "transfer:ListCertificates": {"Certificates": []},
    "workspaces:DescribeIpGroups": {"Result": []},
    "workspaces:DescribeWorkspacesConnectionStatus": {"WorkspacesConnectionStatus": []},
}
