"""Machine Learning: workspaces with their computes, and endpoints that answer online."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

SERVICE = "azure.ml"

WORKSPACE = Spec(
    type="azure.ml.workspace",
    service=SERVICE,
    title="Workspace",
    arm="microsoft.machinelearningservices/workspaces",
    api="2024-10-01",
    facts={
        "computes": Get("/computes", "value", action="Microsoft.MachineLearningServices/workspaces/computes/read", days=1),
        "diagnostics": DIAGNOSTICS,
    },
    volatile=(
        "computes.properties.modifiedOn",
        "computes.properties.properties.state",
        "computes.properties.properties.lastOperation",
        "computes.properties.properties.nodeStateCounts",
        "computes.properties.properties.currentNodeCount",
        "computes.properties.properties.targetNodeCount",
        "computes.properties.properties.allocationState",
        "computes.properties.properties.allocationStateTransitionTime",
    ),
    secret=(
        "computes.*.properties.properties.customServices.*.environmentVariables",
        "computes.*.properties.properties.userAccountCredentials.adminUserPassword",
        "computes.*.properties.properties.administratorAccount.password",
        "computes.*.properties.properties.setupScripts.scripts",
        "computes.*.properties.properties.options",
    ),
)

ONLINE_ENDPOINT = Spec(
    type="azure.ml.online_endpoint",
    service=SERVICE,
    title="Online endpoint",
    arm="microsoft.machinelearningservices/workspaces/onlineendpoints",
    secret=("item.properties.keys",),
)
