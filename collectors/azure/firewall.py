"""Azure Firewall and its policies."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.firewall"

FIREWALL = Spec(
    type="azure.firewall.firewall",
    service=SERVICE,
    title="Firewall",
    arm="microsoft.network/azurefirewalls",
    facts={"diagnostics": DIAGNOSTICS},
)

POLICY = Spec(
    type="azure.firewall.policy",
    service=SERVICE,
    title="Firewall policy",
    arm="microsoft.network/firewallpolicies",
    api="2024-05-01",
    facts={
        "rule_groups": Get(
            "/ruleCollectionGroups", "value", action="Microsoft.Network/firewallPolicies/ruleCollectionGroups/read"
        ),
    },
)
