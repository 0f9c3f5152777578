"""Azure Monitor: where activity logs go, who is told of changes, and where logs are kept."""

from collectors.azure.spec import DIAGNOSTICS, SUBSCRIPTION, Get, Spec

SERVICE = "azure.monitor"

DIAGNOSTIC_SETTING = Spec(
    type="azure.monitor.diagnostic_setting",
    service=SERVICE,
    title="Diagnostic setting of the subscription",
    listing=Get(
        "/providers/Microsoft.Insights/diagnosticSettings", "value", action="Microsoft.Insights/diagnosticSettings/read"
    ),
    parent=SUBSCRIPTION,
    api="2021-05-01-preview",
)

ACTIVITY_LOG_ALERT = Spec(
    type="azure.monitor.activity_log_alert",
    service=SERVICE,
    title="Alert on the activity log",
    arm="microsoft.insights/activitylogalerts",
)

ACTION_GROUP = Spec(
    type="azure.monitor.action_group",
    service=SERVICE,
    title="Action group",
    arm="microsoft.insights/actiongroups",
    # Their addresses hold tokens that let anybody call them.
    secret=(
        "item.properties.webhookReceivers.*.serviceUri",
        "item.properties.logicAppReceivers.*.callbackUrl",
        "item.properties.azureFunctionReceivers.*.httpTriggerUrl",
        "item.properties.automationRunbookReceivers.*.serviceUri",
    ),
)

WORKSPACE = Spec(
    type="azure.monitor.workspace",
    service=SERVICE,
    title="Log Analytics workspace",
    arm="microsoft.operationalinsights/workspaces",
    facts={"diagnostics": DIAGNOSTICS},
    volatile=("item.properties.modifiedDate", "item.properties.workspaceCapping.quotaNextResetTime"),
)

COMPONENT = Spec(
    type="azure.monitor.component",
    service=SERVICE,
    title="Application Insights",
    arm="microsoft.insights/components",
    # Whoever knows these may send telemetry, unless local authentication is off.
    secret=("item.properties.InstrumentationKey", "item.properties.ConnectionString"),
)
