"""Who holds which rights on Azure: roles, who is assigned them, who may activate them, and which other tenants are let in.

An assignment names its principal by id alone. So each carries, in whatever account it stands, what the directory says of
that one: the same lists as in `entra.py`, read once a scan.
"""

from collectors.azure.entra import HIDDEN, REGISTERED, principal
from collectors.azure.spec import SUBSCRIPTION, Get, Spec

SERVICE = "azure.rbac"
TABLE = "authorizationresources"
PRINCIPAL = principal("properties.principalId")

ROLE_ASSIGNMENT = Spec(
    type="azure.rbac.role_assignment",
    service=SERVICE,
    title="Role assignment",
    arm="microsoft.authorization/roleassignments",
    table=TABLE,
    facts=PRINCIPAL,
    volatile=(REGISTERED,),
    secret=HIDDEN,
)

ROLE_DEFINITION = Spec(
    type="azure.rbac.role_definition",
    service=SERVICE,
    title="Role definition",
    arm="microsoft.authorization/roledefinitions",
    table=TABLE,
    name="properties.roleName",
    volatile=("item.properties.updatedOn",),
)

CLASSIC_ADMINISTRATOR = Spec(
    type="azure.rbac.classic_administrator",
    service=SERVICE,
    title="Classic administrator",
    arm="microsoft.authorization/classicadministrators",
    table=TABLE,
    name="properties.emailAddress",
)

# Asked at a subscription, it lists what holds there from above and what is below, too.
ELIGIBLE_ASSIGNMENT = Spec(
    type="azure.rbac.eligible_assignment",
    service=SERVICE,
    title="Eligible role assignment",
    listing=Get(
        "/providers/Microsoft.Authorization/roleEligibilityScheduleInstances",
        "value",
        action="Microsoft.Authorization/roleEligibilityScheduleInstances/read",
        disabled="AadPremiumLicenseRequired",
    ),
    parent=SUBSCRIPTION,
    api="2020-10-01",
    facts=PRINCIPAL,
    volatile=(REGISTERED,),
    secret=HIDDEN,
)

DENY_ASSIGNMENT = Spec(
    type="azure.rbac.deny_assignment",
    service=SERVICE,
    title="Deny assignment",
    listing=Get(
        "/providers/Microsoft.Authorization/denyAssignments", "value", action="Microsoft.Authorization/denyAssignments/read"
    ),
    parent=SUBSCRIPTION,
    api="2022-04-01",
    name="properties.denyAssignmentName",
)

DELEGATION = Spec(
    type="azure.rbac.delegation",
    service=SERVICE,
    title="Delegation to another tenant",
    arm="microsoft.managedservices/registrationassignments",
    table="managedserviceresources",
)

DELEGATION_DEFINITION = Spec(
    type="azure.rbac.delegation_definition",
    service=SERVICE,
    title="Offer of a managing tenant",
    arm="microsoft.managedservices/registrationdefinitions",
    table="managedserviceresources",
    name="properties.registrationDefinitionName",
)
