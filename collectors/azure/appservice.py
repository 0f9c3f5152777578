"""App Service: apps and their slots, plans, certificates.

Apps of App Service and of Functions are one native type, and their ``kind`` tells them apart: what is read of both is
described here.
"""

from collections.abc import Mapping

from collectors.azure.spec import DIAGNOSTICS, Get, Rows, Spec

SERVICE = "azure.appservice"
API = "2024-04-01"
SITES, SLOTS = "microsoft.web/sites", "microsoft.web/sites/slots"
# What the platform changes by itself.
VOLATILE = (
    "item.properties.inboundIpAddress",
    "item.properties.outboundIpAddresses",
    "item.properties.outboundIpv6Addresses",
    "item.properties.possibleInboundIpAddresses",
    "item.properties.possibleOutboundIpAddresses",
    "item.properties.usageState",
    "item.properties.suspendedTill",
)
# Azure leaves these empty in the answers that are read here; should it ever fill them, they stay out of the inventory.
LEFT_EMPTY = ("appSettings", "connectionStrings", "machineKey", "azureStorageAccounts", "metadata")
SECRET = (
    *(f"config.{name}" for name in LEFT_EMPTY),
    *(f"item.properties.siteConfig.{name}" for name in LEFT_EMPTY),
    *(f"settings.*.properties.{name[0].upper()}{name[1:]}" for name in LEFT_EMPTY),
)


def reads(action: str, native: str) -> Mapping[str, Get | Rows]:
    """Return what is read of every app, or slot.

    ``settings`` is fresh at each scan, and costs one query for all apps. Nothing promises that the table holds all of them,
    or every setting: what it lacks stands in ``config``.
    """
    return {
        "settings": Rows(f"{native}/config", "appserviceresources", many=True),
        "config": Get("/config/web", action=f"{action}/config/read"),
        "sign_in": Get("/config/authsettingsV2", action=f"{action}/config/read"),
        "publishing": Get(
            "/basicPublishingCredentialsPolicies", "value", action=f"{action}/basicPublishingCredentialsPolicies/read"
        ),
        "diagnostics": DIAGNOSTICS,
    }


APP = Spec(
    type="azure.appservice.app",
    service=SERVICE,
    title="App",
    arm=SITES,
    api=API,
    facts=reads("Microsoft.Web/sites", SITES),
    volatile=VOLATILE,
    secret=SECRET,
)

SLOT = Spec(
    type="azure.appservice.slot",
    service=SERVICE,
    title="Deployment slot of an app",
    arm=SLOTS,
    api=API,
    facts=reads("Microsoft.Web/sites/slots", SLOTS),
    volatile=VOLATILE,
    secret=SECRET,
)

PLAN = Spec(
    type="azure.appservice.plan",
    service=SERVICE,
    title="Plan",
    arm="microsoft.web/serverfarms",
    volatile=("item.properties.currentNumberOfWorkers", "item.properties.numberOfWorkers"),
)

CERTIFICATE = Spec(
    type="azure.appservice.certificate",
    service=SERVICE,
    title="Certificate",
    arm="microsoft.web/certificates",
    secret=("item.properties.password", "item.properties.pfxBlob"),
)
