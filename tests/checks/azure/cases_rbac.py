from checks.azure import policy, rbac, rbac_delegations
from checks.azure import rbac_principals as principals
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.granted import (
    ACCESS,
    APP,
    CONTRIBUTOR,
    CUSTOM,
    GROUP,
    GUEST,
    HAS_FACTOR,
    NO_FACTOR,
    NO_OWNERS,
    ONE_PERSON,
    ONLY_READER,
    OWNER,
    READER,
    ROLES,
    SECRETS,
    SUBSCRIPTION,
    TEAM,
    VAULT,
    WRITE,
    assignments,
    definition,
    definitions,
    known,
    row,
    user,
)

RBAC = policy.RBAC_ADMINISTRATOR
RG = f"{SUBSCRIPTION}/resourceGroups/app"
NO_ROLES = unlisted("azure.rbac.role_definition")
ELIGIBLE = "azure.rbac.eligible_assignment"
FAR = "/subscriptions/00000000-aaaa-0000-0000-000000000000"


def offer(*rows: dict[str, object], eligible: object = None) -> list[Resource]:
    properties = {"managedByTenantName": "Vendor", "authorizations": list(rows), "eligibleAuthorizations": eligible}
    id = f"{SUBSCRIPTION}/providers/microsoft.managedservices/registrationdefinitions/d".lower()
    return [*definitions(), resource("azure.rbac.delegation_definition", id, item={"id": id, "properties": properties})]


DELEGATED = {
    "properties": {"registrationDefinitionId": f"{SUBSCRIPTION}/providers/Microsoft.ManagedServices/registrationDefinitions/D"}
}


def may(role: str, **more: object) -> dict[str, object]:
    return {"principalId": "p", "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{role}", **more}


DEFINITIONS = [
    case(rbac.no_custom_owner, PASS, item=definition(actions=["Microsoft.Compute/*/read"])),
    case(rbac.no_custom_owner, PASS, item=definition(actions=["*"], scopes=[RG])),
    case(rbac.no_custom_owner, PASS, item=definition(actions=["*"], but=["Microsoft.Authorization/*/Write"])),
    case(rbac.no_custom_owner, FAIL, item=definition(actions=["*"])),
    case(rbac.no_custom_owner, FAIL, item=definition(actions=["*"], scopes=["/"])),
    case(rbac.no_custom_owner, FAIL, item=definition(actions=["*"], scopes=[GROUP])),
    case(rbac.no_custom_owner, FAIL, item=definition(actions=["*"], but=["Microsoft.Billing/*"], scopes=[RG, SUBSCRIPTION])),
    case(rbac.no_custom_owner, SKIP, item=ROLES[OWNER]),
    case(rbac.no_custom_owner, UNKNOWN, item=DENIED),
    case(rbac.no_escalation, PASS, item=definition(actions=["Microsoft.Compute/virtualMachines/*"])),
    case(
        rbac.no_escalation,
        PASS,
        item=definition(actions=["*"], but=["Microsoft.Authorization/*", "Microsoft.ManagedServices/*"]),
    ),
    case(rbac.no_escalation, FAIL, item=definition(actions=["microsoft.authorization/ROLEASSIGNMENTS/write"])),
    case(rbac.no_escalation, FAIL, item=definition(actions=["*/write"])),
    case(rbac.no_escalation, FAIL, item=definition(actions=["Microsoft.ManagedServices/registrationAssignments/write"])),
    case(rbac.no_escalation, PASS, item=definition(actions=[WRITE], condition=ONLY_READER)),
    case(rbac.no_escalation, SKIP, item=ROLES[ACCESS]),
    case(rbac.no_takeover, PASS, item=definition(actions=["Microsoft.Compute/virtualMachines/write"])),
    case(rbac.no_takeover, PASS, item=definition(actions=["*/read"])),
    case(rbac.no_takeover, FAIL, item=definition(actions=["Microsoft.Compute/virtualMachines/runCommand/action"])),
    case(
        rbac.no_takeover,
        FAIL,
        item=definition(
            actions=["Microsoft.Compute/virtualMachines/write", "Microsoft.ManagedIdentity/userAssignedIdentities/*/action"]
        ),
    ),
    case(rbac.no_takeover, FAIL, item=definition(actions=["*"])),
    case(rbac.no_takeover, SKIP, item=ROLES[CONTRIBUTOR]),
    case(rbac.data_named, PASS, item=definition(data=["Microsoft.Storage/*"])),
    case(rbac.data_named, PASS, item=definition(actions=["*"])),
    case(rbac.data_named, FAIL, item=definition(data=["*"])),
    case(rbac.data_named, FAIL, item=definition(data=["*/read"])),
    case(rbac.data_named, SKIP, item=ROLES[SECRETS]),
    case(rbac.assigned, PASS, item=definition(), inventory=assignments(row(CUSTOM))),
    case(rbac.assigned, PASS, item=definition(), inventory=assignments(row(CUSTOM), type=ELIGIBLE)),
    case(rbac.assigned, FAIL, item=definition(), inventory=assignments(row(OWNER))),
    case(rbac.assigned, FAIL, item=definition(scopes=[RG]), inventory=[]),
    case(rbac.assigned, SKIP, item=definition(scopes=[SUBSCRIPTION, FAR]), inventory=[]),
    case(rbac.assigned, SKIP, item=definition(scopes=[GROUP]), inventory=[]),
    case(rbac.assigned, SKIP, item=ROLES[OWNER]),
    case(rbac.assigned, UNKNOWN, item=definition(), inventory=[unlisted("azure.rbac.role_assignment")]),
    case(rbac.assigned, UNKNOWN, item=definition(), inventory=[unlisted(ELIGIBLE)]),
]
ASSIGNMENTS = [
    case(rbac.access_administration_restricted, PASS, item=row(ACCESS, RG)),
    case(rbac.access_administration_restricted, PASS, item=row(ACCESS, condition=NO_OWNERS)),
    case(rbac.access_administration_restricted, FAIL, item=row(ACCESS)),
    case(rbac.access_administration_restricted, FAIL, item=row(ACCESS, "/") | {"tenantId": ""}),
    case(rbac.access_administration_restricted, FAIL, item=row(ACCESS, condition=ONE_PERSON)),
    case(rbac.access_administration_restricted, SKIP, item=row(ACCESS, GROUP)),
    case(rbac.access_administration_restricted, SKIP, item=row(OWNER)),
    case(rbac.delegation_limited, PASS, item=row(RBAC, condition=ONLY_READER), inventory=definitions()),
    case(rbac.delegation_limited, PASS, item=row(RBAC, condition=NO_OWNERS), inventory=definitions()),
    case(rbac.delegation_limited, FAIL, item=row(RBAC), inventory=definitions()),
    case(rbac.delegation_limited, FAIL, item=row(CUSTOM, RG), inventory=definitions(definition(actions=[WRITE]))),
    case(rbac.delegation_limited, UNKNOWN, item=row(RBAC, condition=ONE_PERSON), inventory=definitions()),
    case(rbac.delegation_limited, UNKNOWN, item=row(RBAC, condition="@Wrong["), inventory=definitions()),
    case(rbac.delegation_limited, UNKNOWN, item=row(RBAC), inventory=[]),
    case(rbac.delegation_limited, UNKNOWN, item=row(RBAC), inventory=[NO_ROLES]),
    case(rbac.delegation_limited, SKIP, item=row(OWNER), inventory=definitions()),
    case(rbac.delegation_limited, SKIP, item=row(READER), inventory=definitions()),
    case(rbac.delegation_limited, SKIP, item=row(RBAC, GROUP), inventory=definitions()),
    case(rbac.no_wide_workload_owner, PASS, item=row(OWNER, RG, kind="ServicePrincipal")),
    case(rbac.no_wide_workload_owner, PASS, item=row(CONTRIBUTOR, kind="ServicePrincipal"), inventory=definitions()),
    case(rbac.no_wide_workload_owner, FAIL, item=row(OWNER, kind="ServicePrincipal"), inventory=definitions()),
    case(rbac.no_wide_workload_owner, FAIL, item=row(OWNER, kind="servicePrincipal"), inventory=[]),
    case(rbac.no_wide_workload_owner, SKIP, item=row(OWNER), inventory=definitions()),
    case(rbac.no_wide_workload_owner, UNKNOWN, item=row(CUSTOM, kind="ServicePrincipal"), inventory=[]),
    case(rbac.not_at_root, PASS, item=row(READER, "/") | {"tenantId": ""}, inventory=definitions()),
    case(rbac.not_at_root, FAIL, item=row(CONTRIBUTOR, "/") | {"tenantId": None}, inventory=definitions()),
    case(rbac.not_at_root, SKIP, item=row(CONTRIBUTOR, "/"), inventory=definitions()),
    case(rbac.not_at_root, SKIP, item=row(OWNER), inventory=definitions()),
    case(rbac.not_at_root, UNKNOWN, item=row(CUSTOM, "/") | {"tenantId": ""}, inventory=[]),
    case(rbac.ends, PASS, item=row(endDateTime="2026-12-01T00:00:00Z"), inventory=definitions()),
    case(rbac.ends, FAIL, item=row(endDateTime=None), inventory=definitions()),
    case(rbac.ends, FAIL, item=row(scope=GROUP), inventory=definitions()),
    case(rbac.ends, SKIP, item=row(READER), inventory=definitions()),
    case(rbac.ends, UNKNOWN, item=row(CUSTOM), inventory=[NO_ROLES]),
    case(rbac.none_left, PASS, item={"properties": {"role": "AccountAdministrator"}}),
    case(rbac.none_left, FAIL, item={"properties": {"role": "ServiceAdministrator;AccountAdministrator"}}),
    case(rbac.none_left, FAIL, item={"properties": {"role": "CoAdministrator"}}),
    case(rbac.none_left, FAIL, item={"properties": {}}),
]
DELEGATIONS = [
    case(rbac_delegations.narrow, PASS, item=DELEGATED, inventory=offer(may(READER))),
    case(rbac_delegations.narrow, PASS, item=DELEGATED, inventory=offer(eligible=[may(CONTRIBUTOR)])),
    case(rbac_delegations.narrow, PASS, item=DELEGATED, inventory=offer(may(ACCESS, delegatedRoleDefinitionIds=[READER]))),
    case(rbac_delegations.narrow, FAIL, item=DELEGATED, inventory=offer(may(READER), may(CONTRIBUTOR))),
    case(rbac_delegations.narrow, FAIL, item=DELEGATED, inventory=offer(may(ACCESS))),
    case(rbac_delegations.narrow, UNKNOWN, item=DELEGATED, inventory=offer(may(CUSTOM))),
    case(rbac_delegations.narrow, UNKNOWN, item=DELEGATED, inventory=[]),
    case(rbac_delegations.narrow, UNKNOWN, item=DELEGATED, inventory=[unlisted("azure.rbac.delegation_definition")]),
]
PRINCIPALS = [
    each
    for exists, enabled, guest, factor in zip(*principals.CHECKS, strict=True)
    for each in (
        case(exists, PASS, item=row(), **known(user=user())),
        case(exists, PASS, item=row(kind="Group"), **known(group=TEAM)),
        case(exists, PASS, item=row(kind=""), **known(service_principal=APP)),
        case(exists, FAIL, item=row(), **known()),
        case(exists, FAIL, item=row(kind="ServicePrincipal"), **known()),
        case(exists, SKIP, item=row(kind="ForeignGroup"), **known()),
        case(exists, UNKNOWN, item=row(), **known(service_principal=DENIED)),
        case(enabled, PASS, item=row(), **known(user=user())),
        case(enabled, PASS, item=row(), **known(service_principal=APP)),
        case(enabled, FAIL, item=row(READER), **known(user=user(accountEnabled=False))),
        case(enabled, FAIL, item=row(READER), **known(service_principal=APP | {"accountEnabled": False})),
        case(enabled, SKIP, item=row(kind="Group"), **known(group=TEAM)),
        case(enabled, UNKNOWN, item=row(), **known(user=DENIED)),
        case(guest, PASS, item=row(READER), inventory=definitions(), **known(user=GUEST)),
        case(guest, FAIL, item=row(OWNER), inventory=definitions(), **known(user=GUEST)),
        case(guest, FAIL, item=row(CONTRIBUTOR, RG), inventory=definitions(), **known(user=GUEST)),
        case(guest, FAIL, item=row(SECRETS, VAULT), inventory=definitions(), **known(user=GUEST)),
        case(guest, FAIL, item=row(OWNER), inventory=definitions(), **known(user=GUEST | {"userType": None})),
        case(guest, SKIP, item=row(OWNER), inventory=definitions(), **known(user=user())),
        case(guest, UNKNOWN, item=row(CUSTOM), inventory=[], **known(user=GUEST)),
        case(guest, UNKNOWN, item=row(OWNER), inventory=[NO_ROLES], **known(user=GUEST)),
        case(factor, PASS, item=row(), inventory=definitions(), **known(user=user(), registration=HAS_FACTOR)),
        case(factor, FAIL, item=row(), inventory=definitions(), **known(user=user(), registration=NO_FACTOR)),
        case(factor, FAIL, item=row(SECRETS, VAULT), inventory=definitions(), **known(user=user(), registration=NO_FACTOR)),
        case(
            factor,
            FAIL,
            item=row(CUSTOM),
            inventory=definitions(definition(data=["Microsoft.Compute/virtualMachines/login/action"])),
            **known(user=user(), registration=NO_FACTOR),
        ),
        case(factor, SKIP, item=row(READER), inventory=definitions(), **known(user=user(), registration=NO_FACTOR)),
        case(
            factor, SKIP, item=row(), inventory=definitions(), **known(user=user(accountEnabled=False), registration=NO_FACTOR)
        ),
        case(factor, SKIP, item=row(kind="Group"), inventory=definitions(), **known(group=TEAM)),
        case(factor, UNKNOWN, item=row(), inventory=definitions(), **known(user=user())),
        case(factor, UNKNOWN, item=row(), inventory=definitions(), **known(user=user(), registration=DENIED)),
        case(factor, UNKNOWN, item=row(CUSTOM), inventory=[], **known(user=user(), registration=HAS_FACTOR)),
    )
]
ABOVE = [
    case(made[0], SKIP, item=row(scope=GROUP), inventory=definitions(), **known(user=DENIED)) for made in principals.CHECKS
]
CASES = [*DEFINITIONS, *ASSIGNMENTS, *DELEGATIONS, *PRINCIPALS, *ABOVE]
