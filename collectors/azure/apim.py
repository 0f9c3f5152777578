"""API Management: the service, what it offers, and what it keeps."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

# What the answer is where a tier lacks a feature. Source: reports of Azure's users.
NOT_OFFERED = "MethodNotAllowedInPricingTier"
ACTION = "Microsoft.ApiManagement/service"

SERVICE = Spec(
    type="azure.apim.service",
    service="azure.apim",
    title="API Management service",
    arm="microsoft.apimanagement/service",
    api="2024-05-01",
    facts={
        "apis": Get("/apis", "value", action=f"{ACTION}/apis/read"),
        "backends": Get("/backends", "value", action=f"{ACTION}/backends/read"),
        "named_values": Get("/namedValues", "value", action=f"{ACTION}/namedValues/read"),
        "products": Get("/products", "value", action=f"{ACTION}/products/read", absent=NOT_OFFERED),
        "subscriptions": Get("/subscriptions", "value", action=f"{ACTION}/subscriptions/read", absent=NOT_OFFERED),
        "direct_access": Get("/tenant/access", action=f"{ACTION}/tenant/read", absent=NOT_OFFERED),
        "sign_up": Get("/portalsettings/signup", action=f"{ACTION}/portalsettings/read", absent=NOT_OFFERED),
        "diagnostics": DIAGNOSTICS,
    },
    secret=(
        "item.properties.hostnameConfigurations.*.certificatePassword",
        "direct_access.primaryKey",
        "direct_access.secondaryKey",
        "named_values.*.properties.value",
        "backends.*.properties.credentials.authorization.parameter",
        "backends.*.properties.credentials.header",
        "backends.*.properties.credentials.query",
    ),
)
