"""Azure Policy: which policies hold where, and what is exempted. What holds from above stands in each subscription."""

from collectors.azure.spec import Spec

SERVICE = "azure.policy"
TABLE = "policyresources"

ASSIGNMENT = Spec(
    type="azure.policy.assignment",
    service=SERVICE,
    title="Policy assignment",
    arm="microsoft.authorization/policyassignments",
    table=TABLE,
    name="properties.displayName",
)

EXEMPTION = Spec(
    type="azure.policy.exemption",
    service=SERVICE,
    title="Policy exemption",
    arm="microsoft.authorization/policyexemptions",
    table=TABLE,
    name="properties.displayName",
)
