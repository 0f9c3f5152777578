"""DNS zones: public ones with their records and signatures, private ones with the networks that ask them."""

from collectors.azure.spec import DIAGNOSTICS, Get, Rows, Spec

SERVICE = "azure.dns"

ZONE = Spec(
    type="azure.dns.zone",
    service=SERVICE,
    title="DNS zone",
    arm="microsoft.network/dnszones",
    api="2018-05-01",
    facts={
        "records": Get("/all", "value", action="Microsoft.Network/dnszones/all/read", days=1),
        # Not verified: the code of an unsigned zone, and the name of the action.
        "dnssec": Get(
            "/dnssecConfigs/default",
            api="2023-07-01-preview",
            action="Microsoft.Network/dnszones/dnssecConfigs/read",
            absent="NotFound ResourceNotFound",
        ),
    },
)

PRIVATE_ZONE = Spec(
    type="azure.dns.private_zone",
    service=SERVICE,
    title="Private DNS zone",
    arm="microsoft.network/privatednszones",
    facts={"links": Rows("microsoft.network/privatednszones/virtualnetworklinks", many=True)},
)

RESOLVER_POLICY = Spec(
    type="azure.dns.resolver_policy",
    service=SERVICE,
    title="Policy for the queries of networks",
    arm="microsoft.network/dnsresolverpolicies",
    facts={
        "links": Rows("microsoft.network/dnsresolverpolicies/virtualnetworklinks", many=True),
        "rules": Rows("microsoft.network/dnsresolverpolicies/dnssecurityrules", many=True),
        "diagnostics": DIAGNOSTICS,
    },
)
