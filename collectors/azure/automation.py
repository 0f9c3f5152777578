"""Automation."""

from collectors.azure.spec import DIAGNOSTICS, Get, Rows, Spec

ACCOUNT = Spec(
    type="azure.automation.account",
    service="azure.automation",
    title="Account",
    arm="microsoft.automation/automationaccounts",
    api="2024-10-23",
    facts={
        "variables": Get("/variables", "value", action="Microsoft.Automation/automationAccounts/variables/read"),
        "webhooks": Get("/webhooks", "value", action="Microsoft.Automation/automationAccounts/webhooks/read"),
        "certificates": Get("/certificates", "value", action="Microsoft.Automation/automationAccounts/certificates/read"),
        "runbooks": Rows("microsoft.automation/automationaccounts/runbooks", many=True),
        "diagnostics": DIAGNOSTICS,
    },
    volatile=("item.properties.lastModifiedTime", "webhooks.properties.lastInvokedTime", "runbooks.properties.jobCount"),
    secret=(
        "variables.*.properties.value",
        "webhooks.*.properties.uri",
        "webhooks.*.properties.parameters.*",
        "runbooks.*.properties.parameters.*.defaultValue",
        "runbooks.*.properties.publishContentLink.uri",
    ),
)
