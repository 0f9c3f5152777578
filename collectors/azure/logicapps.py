"""Logic Apps on the Consumption plan. Those on the Standard plan are apps of Functions."""

from collectors.azure.spec import DIAGNOSTICS, Spec

# Actions lie within actions. What lies deeper than here is looked through for evident secrets, as all is.
WITHIN = ("actions.*", "actions.*.actions.*", "actions.*.else.actions.*", "actions.*.cases.*.actions.*", "triggers.*")

WORKFLOW = Spec(
    type="azure.logicapps.workflow",
    service="azure.logicapps",
    title="Workflow",
    arm="microsoft.logic/workflows",
    facts={"diagnostics": DIAGNOSTICS},
    volatile=("item.properties.endpointsConfiguration", "item.properties.changedTime", "item.properties.version"),
    secret=(
        "item.properties.parameters.*.value",
        "item.properties.definition.parameters.*.defaultValue",
        *(
            f"item.properties.definition.{where}.inputs.{what}"
            for where in WITHIN
            for what in (
                "authentication.password",
                "authentication.secret",
                "authentication.value",
                "authentication.pfx",
                "headers",
            )
        ),
    ),
)
