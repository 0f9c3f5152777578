"""AWS Identity and Access Management, through its bulk calls and a few listings.

The credential report is at most four hours old: AWS makes no fresher one, so a user who is younger has no row in it,
and changes of the last hours may be missing. Times in it are ISO 8601, unless they are ``N/A``, ``no_information`` or
``not_supported``.
"""

from collectors.aws.spec import Call, Spec


def _details(kind: str, answer: str) -> Call:
    return Call("get_account_authorization_details", answer, Filter=[kind], MaxItems=1000)


def _report(user: str) -> Call:
    """Return the call for one user's row of the credential report."""
    return Call(
        "get_credential_report",
        "Content",
        decode="csv",
        by="user",
        key=user,
        prepare="generate_credential_report",
        iam="iam:GetCredentialReport iam:GenerateCredentialReport",
    )


def _last_used(fact: str) -> tuple[str, ...]:
    keys = [f"access_key_{number}_last_used_{what}" for number in (1, 2) for what in ("date", "region", "service")]
    return tuple(f"{fact}.{name}" for name in ("password_last_used", *keys))


SETTINGS = Spec(
    type="aws.iam.settings",
    service="aws.iam",
    api="iam",
    title="IAM settings and the root user",
    scope="global",
    id="arn:{partition}:iam::{account}:settings",
    name="{account}",
    facts={
        "summary": Call("get_account_summary", "SummaryMap"),
        "password_policy": Call("get_account_password_policy", "PasswordPolicy", absent="NoSuchEntity"),
        "virtual_mfa": Call(
            "list_virtual_mfa_devices",
            "VirtualMFADevices[].{SerialNumber: SerialNumber, UserArn: User.Arn}",
            AssignmentStatus="Assigned",
            MaxItems=1000,
        ),
        "root": _report("<root_account>"),
    },
    volatile=_last_used("root"),
)

USER = Spec(
    type="aws.iam.user",
    service="aws.iam",
    api="iam",
    title="User",
    scope="global",
    listing=_details("User", "UserDetailList"),
    id="{Arn}",
    name="{UserName}",
    tags="item.Tags",
    facts={"credentials": _report("{UserName}")},
    volatile=_last_used("credentials"),
)

ROLE = Spec(
    type="aws.iam.role",
    service="aws.iam",
    api="iam",
    title="Role",
    scope="global",
    listing=_details("Role", "RoleDetailList"),
    id="{Arn}",
    name="{RoleName}",
    tags="item.Tags",
    volatile=("item.RoleLastUsed",),
)

GROUP = Spec(
    type="aws.iam.group",
    service="aws.iam",
    api="iam",
    title="Group",
    scope="global",
    listing=_details("Group", "GroupDetailList"),
    id="{Arn}",
    name="{GroupName}",
)

POLICY = Spec(
    type="aws.iam.policy",
    service="aws.iam",
    api="iam",
    title="Customer managed policy",
    scope="global",
    listing=_details("LocalManagedPolicy", "Policies"),
    id="{Arn}",
    name="{PolicyName}",
)

# Of AWS's own policies, those in use: of each the version in force, since all versions of all of them are many megabytes. AWS
# answers with those in use alone (source: IAM user guide, "AWS security audit guidelines"); an answer with more is cut.
AWS_POLICY = Spec(
    type="aws.iam.aws_policy",
    service="aws.iam",
    api="iam",
    title="AWS managed policy in use",
    scope="global",
    listing=_details(
        "AWSManagedPolicy",
        "Policies[?AttachmentCount > `0` || PermissionsBoundaryUsageCount > `0`].{PolicyName: PolicyName, Arn: Arn,"
        " DefaultVersionId: DefaultVersionId, PolicyVersionList: PolicyVersionList[?IsDefaultVersion]}",
    ),
    id="{Arn}",
    name="{PolicyName}",
)

SERVER_CERTIFICATE = Spec(
    type="aws.iam.server_certificate",
    service="aws.iam",
    api="iam",
    title="Server certificate",
    scope="global",
    listing=Call("list_server_certificates", "ServerCertificateMetadataList", MaxItems=1000),
    id="{Arn}",
    name="{ServerCertificateName}",
)

SAML_PROVIDER = Spec(
    type="aws.iam.saml_provider",
    service="aws.iam",
    api="iam",
    title="SAML provider",
    scope="global",
    listing=Call("list_saml_providers", "SAMLProviderList"),
    id="{Arn}",
    name="{Arn}",
)

OIDC_PROVIDER = Spec(
    type="aws.iam.oidc_provider",
    service="aws.iam",
    api="iam",
    title="OpenID Connect provider",
    scope="global",
    listing=Call("list_open_id_connect_providers", "OpenIDConnectProviderList"),
    id="{Arn}",
    name="{Arn}",
    facts={
        "provider": Call(
            "get_open_id_connect_provider",
            "{Url: Url, ClientIDList: ClientIDList, CreateDate: CreateDate, Tags: Tags}",
            OpenIDConnectProviderArn="{Arn}",
        ),
    },
    tags="provider.Tags",
    gone=frozenset({"NoSuchEntity"}),
)
