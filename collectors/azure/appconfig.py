"""App Configuration. Its keys and values are read by nobody here."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

STORE = Spec(
    type="azure.appconfig.store",
    service="azure.appconfig",
    title="Store",
    arm="microsoft.appconfiguration/configurationstores",
    api="2024-05-01",
    facts={
        "replicas": Get("/replicas", "value", action="Microsoft.AppConfiguration/configurationStores/replicas/read"),
        "diagnostics": DIAGNOSTICS,
    },
)
