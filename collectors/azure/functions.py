"""Functions: function apps and their slots. They are apps of App Service, and read as these are."""

from collectors.azure.appservice import API, SECRET, SITES, SLOTS, VOLATILE, reads
from collectors.azure.spec import Get, Spec

SERVICE = "azure.functions"
KIND = "functionapp"
HIDDEN = (*SECRET, "functions.*.properties.test_data")  # what somebody typed in to try a function out

APP = Spec(
    type="azure.functions.app",
    service=SERVICE,
    title="Function app",
    arm=SITES,
    kind=KIND,
    api=API,
    facts={
        **reads("Microsoft.Web/sites", SITES),
        "functions": Get("/functions", "value", action="Microsoft.Web/sites/functions/read"),
    },
    volatile=VOLATILE,
    secret=HIDDEN,
)

SLOT = Spec(
    type="azure.functions.slot",
    service=SERVICE,
    title="Deployment slot of a function app",
    arm=SLOTS,
    kind=KIND,
    api=API,
    facts={
        **reads("Microsoft.Web/sites/slots", SLOTS),
        "functions": Get("/functions", "value", action="Microsoft.Web/sites/slots/functions/read"),
    },
    volatile=VOLATILE,
    secret=HIDDEN,
)
