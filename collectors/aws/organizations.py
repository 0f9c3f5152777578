"""AWS Organizations.

Every account may describe its organization. The rest only answers the management account and delegated
administrators; to all others AWS says, whatever their permissions, the one sentence in :data:`ELSEWHERE`. A lack of
permission reads differently ("User ... is not authorized to perform ..."), and stays a gap.
"""

from collectors.aws.spec import Call, Spec

NOT_IN_USE = "AWSOrganizationsNotInUseException"
ELSEWHERE = (NOT_IN_USE, "AccessDeniedException: You don't have permissions to access this resource")
# The names of the error shapes; the API reference writes them without "Exception".
NO_ROOT_FEATURES = tuple(
    name + ending
    for name in (
        "AccountNotManagementOrDelegatedAdministrator",
        "OrganizationNotFound",
        "OrganizationNotInAllFeaturesMode",
        "ServiceAccessNotEnabled",
    )
    for ending in ("Exception", "")
)

ORGANIZATION = Spec(
    type="aws.organizations.organization",
    service="aws.organizations",
    api="organizations",
    title="Organization",
    scope="global",
    id="arn:{partition}:organizations::{account}:organization",
    facts={
        "organization": Call("describe_organization", "Organization", absent=NOT_IN_USE),
        "roots": Call("list_roots", "Roots", disabled=ELSEWHERE, MaxResults=20),
        "service_access": Call(
            "list_aws_service_access_for_organization",
            "EnabledServicePrincipals",
            disabled=ELSEWHERE,
            MaxResults=20,
        ),
        "root_access": Call("list_organizations_features", "EnabledFeatures", service="iam", disabled=NO_ROOT_FEATURES),
    },
)

ACCOUNT = Spec(
    type="aws.organizations.account",
    service="aws.organizations",
    api="organizations",
    title="Member account",
    scope="global",
    listing=Call("list_accounts", "Accounts", disabled=ELSEWHERE, MaxResults=20),
    id="{Arn}",
    name="{Name}",
)

DELEGATED_ADMINISTRATOR = Spec(
    type="aws.organizations.delegated_administrator",
    service="aws.organizations",
    api="organizations",
    title="Delegated administrator",
    scope="global",
    listing=Call("list_delegated_administrators", "DelegatedAdministrators", disabled=ELSEWHERE, MaxResults=20),
    id="arn:{partition}:organizations::{account}:delegated-administrator/{Id}",
    name="{Name}",
    facts={
        "services": Call(
            "list_delegated_services_for_account",
            "DelegatedServices",
            AccountId="{Id}",
            MaxResults=20,
        ),
    },
    gone=frozenset({"AccountNotFoundException", "AccountNotRegisteredException"}),
)


def _policies(kind: str, noun: str, title: str, *facts: str) -> Spec:
    """Describe one kind of organization policy; *facts* names which of its calls are worth their number."""
    calls = {
        "document": Call("describe_policy", "Policy.Content", decode="json", PolicyId="{Id}"),
        "targets": Call("list_targets_for_policy", "Targets", PolicyId="{Id}", MaxResults=20),
    }
    return Spec(
        type=f"aws.organizations.{noun}",
        service="aws.organizations",
        api="organizations",
        title=title,
        scope="global",
        listing=Call(
            "list_policies",
            "Policies",
            # Partitions without this kind of policy refuse it as an unsupported endpoint.
            disabled=(*ELSEWHERE, "UnsupportedAPIEndpointException"),
            Filter=kind,
            MaxResults=20,
        ),
        id="{Arn}",
        name="{Name}",
        facts={name: calls[name] for name in facts},
        gone=frozenset({"PolicyNotFoundException"}),
    )


SERVICE_CONTROL_POLICY = _policies(
    "SERVICE_CONTROL_POLICY", "service_control_policy", "Service control policy", "document", "targets"
)
RESOURCE_CONTROL_POLICY = _policies(
    "RESOURCE_CONTROL_POLICY", "resource_control_policy", "Resource control policy", "document", "targets"
)
BACKUP_POLICY = _policies("BACKUP_POLICY", "backup_policy", "Backup policy", "targets")
