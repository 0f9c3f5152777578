"""Microsoft Entra ID, through Microsoft Graph: the tenant and its policies, people, groups, applications, and who administers.

What a list says of many is read once. Facts that take a licence (sign-ins, the registration of second factors, eligible roles)
are absent where the tenant has none.
"""

from collectors.azure.spec import TENANT, Get, Graph, Spec

SERVICE = "azure.entra"
POLICIES = "Policy.Read.All"
LICENCE = "Authentication_RequestFromNonPremiumTenantOrB2CTenant AadPremiumLicenseRequired"

USERS = Graph(
    "/v1.0/users?$select=id,displayName,userPrincipalName,userType,accountEnabled,createdDateTime,externalUserState,"
    "onPremisesSyncEnabled,passwordPolicies&$top=999",
    permission="User.Read.All",
)
GROUPS = Graph(
    "/v1.0/groups?$select=id,displayName,groupTypes,isAssignableToRole,membershipRule,onPremisesSyncEnabled,"
    "securityEnabled,visibility&$top=999",
    permission="GroupMember.Read.All",
)
SERVICE_PRINCIPALS = Graph(
    "/v1.0/servicePrincipals?$select=id,appId,displayName,accountEnabled,appOwnerOrganizationId,servicePrincipalType,"
    "keyCredentials,passwordCredentials,verifiedPublisher&$top=999",
    permission="Application.Read.All",
)
REGISTRATIONS = Graph(
    "/v1.0/reports/authenticationMethods/userRegistrationDetails", permission="AuditLog.Read.All", disabled=LICENCE
)
SIGN_INS = Graph("/v1.0/users?$select=id,signInActivity&$top=500", permission="AuditLog.Read.All", disabled=LICENCE)


def joined(read: Graph, key: str) -> Graph:
    """Return the fact that is the row of a list whose id stands in the field *key* of a resource."""
    return Graph(read.path, permission=read.permission, disabled=" ".join(read.disabled), by="id", key=key)


def principal(key: str) -> dict[str, Graph]:
    """Return the facts that tell of the one whom the field *key* names, whatever it is."""
    lists = {"user": USERS, "registration": REGISTRATIONS, "service_principal": SERVICE_PRINCIPALS, "group": GROUPS}
    return {name: joined(read, key) for name, read in lists.items()}


def _policy(path: str, permission: str = POLICIES) -> Graph:
    """Return the read of one document, whole."""
    return Graph(path, "", permission=permission)


_SECRETS = (
    "passwordCredentials.*.hint",
    "passwordCredentials.*.secretText",
    "keyCredentials.*.key",
)
HIDDEN = tuple(f"service_principal.{path}" for path in _SECRETS)
REGISTERED = "registration.lastUpdatedDateTime"

TENANT_ = Spec(
    type=TENANT,
    service=SERVICE,
    title="Tenant",
    listing=Graph("/v1.0/organization", permission="Organization.Read.All"),
    parent=TENANT,
    name="displayName",
    implied=True,
    facts={
        "security_defaults": _policy("/v1.0/policies/identitySecurityDefaultsEnforcementPolicy"),
        "authorization": _policy("/v1.0/policies/authorizationPolicy"),
        "consent_requests": _policy("/v1.0/policies/adminConsentRequestPolicy"),
        "methods": _policy("/v1.0/policies/authenticationMethodsPolicy"),
        "cross_tenant": _policy("/v1.0/policies/crossTenantAccessPolicy/default"),
        "device_registration": _policy("/v1.0/policies/deviceRegistrationPolicy", "Policy.Read.DeviceConfiguration"),
        "group_settings": Graph("/v1.0/groupSettings", permission="GroupSettings.Read.All"),
        "domains": Graph("/v1.0/domains", permission="Domain.Read.All"),
        "named_locations": Graph("/v1.0/identity/conditionalAccess/namedLocations", permission=POLICIES, disabled=LICENCE),
        "diagnostics": Get(
            "/providers/microsoft.aadiam/diagnosticSettings",
            "value",
            api="2017-04-01",
            action="microsoft.aadiam/diagnosticsettings/read",
            days=0,
        ),
        "intune_diagnostics": Get(
            "/providers/microsoft.intune/diagnosticSettings",
            "value",
            api="2017-04-01-preview",
            action="Microsoft.Intune/diagnosticsettings/read",
            days=0,
        ),
        "subscription_policy": Get(
            "/providers/Microsoft.Subscription/policies/default",
            api="2021-10-01",
            action="Microsoft.Subscription/Policies/default/read",
            days=0,
        ),
    },
    volatile=("item.directorySizeQuota", "item.onPremisesLastSyncDateTime", "item.onPremisesLastPasswordSyncDateTime"),
)

USER = Spec(
    type="azure.entra.user",
    service=SERVICE,
    title="User",
    listing=USERS,
    parent=TENANT,
    name="userPrincipalName",
    facts={"registration": joined(REGISTRATIONS, "id"), "sign_ins": joined(SIGN_INS, "id")},
    volatile=(REGISTERED, "sign_ins.signInActivity"),
)

GROUP = Spec(
    type="azure.entra.group",
    service=SERVICE,
    title="Group",
    listing=GROUPS,
    parent=TENANT,
    name="displayName",
)

APPLICATION = Spec(
    type="azure.entra.application",
    service=SERVICE,
    title="Application",
    listing=Graph(
        "/v1.0/applications?$select=id,appId,displayName,createdDateTime,signInAudience,isFallbackPublicClient,keyCredentials,"
        "passwordCredentials,publicClient,servicePrincipalLockConfiguration,spa,web&$expand=federatedIdentityCredentials&$top=999",
        permission="Application.Read.All",
    ),
    parent=TENANT,
    name="displayName",
    secret=tuple(f"item.{path}" for path in _SECRETS),
)

SERVICE_PRINCIPAL = Spec(
    type="azure.entra.service_principal",
    service=SERVICE,
    title="Service principal",
    listing=SERVICE_PRINCIPALS,
    parent=TENANT,
    name="displayName",
    secret=tuple(f"item.{path}" for path in _SECRETS),
)

# Permissions of applications on Microsoft Graph, whose id is the same in every tenant.
APP_ROLE_ASSIGNMENT = Spec(
    type="azure.entra.app_role_assignment",
    service=SERVICE,
    title="Permission of an application on Microsoft Graph",
    listing=Graph(
        "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')/appRoleAssignedTo?$top=999",
        permission="Application.Read.All",
    ),
    parent=TENANT,
    name="principalDisplayName",
    facts={"service_principal": joined(SERVICE_PRINCIPALS, "principalId")},
    secret=HIDDEN,
)

CONSENT = Spec(
    type="azure.entra.consent",
    service=SERVICE,
    title="Consent to an application",
    listing=Graph("/v1.0/oauth2PermissionGrants?$top=999", permission="Directory.Read.All"),
    parent=TENANT,
    facts={"service_principal": joined(SERVICE_PRINCIPALS, "clientId")},
    secret=HIDDEN,
)

CONDITIONAL_ACCESS_POLICY = Spec(
    type="azure.entra.conditional_access_policy",
    service=SERVICE,
    title="Conditional access policy",
    listing=Graph("/v1.0/identity/conditionalAccess/policies", permission=POLICIES, disabled=LICENCE),
    parent=TENANT,
    name="displayName",
)

DIRECTORY_ROLE_ASSIGNMENT = Spec(
    type="azure.entra.directory_role_assignment",
    service=SERVICE,
    title="Directory role assignment",
    listing=Graph("/v1.0/roleManagement/directory/roleAssignments", permission="RoleManagement.Read.Directory"),
    parent=TENANT,
    facts=principal("principalId"),
    volatile=(REGISTERED,),
    secret=HIDDEN,
)

DIRECTORY_ELIGIBLE_ASSIGNMENT = Spec(
    type="azure.entra.directory_eligible_assignment",
    service=SERVICE,
    title="Eligible directory role assignment",
    listing=Graph(
        "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances",
        permission="RoleEligibilitySchedule.Read.Directory",
        disabled=LICENCE,
    ),
    parent=TENANT,
    facts=principal("principalId"),
    volatile=(REGISTERED,),
    secret=HIDDEN,
)
