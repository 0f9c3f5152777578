"""The AWS account itself: its contacts, its regions, and the organization policies in effect on it."""

from collectors.aws.spec import Call, Spec

# AWS says "not found" where no policy of the kind reaches the account, and "not in use" outside organizations.
NO_POLICY = "EffectivePolicyNotFoundException AWSOrganizationsNotInUseException"


def _effective(kind: str) -> Call:
    """Return the call for the sum of an organization's policies of one kind, which every member may read."""
    return Call(
        "describe_effective_policy",
        "EffectivePolicy.PolicyContent",
        service="organizations",
        decode="json",
        absent=NO_POLICY,
        PolicyType=kind,
    )


ACCOUNT = Spec(
    type="aws.account.account",
    service="aws.account",
    api="account",
    title="Account",
    scope="global",
    id="arn:{partition}:account::{account}:account",
    name="{account}",
    facts={
        "contact": Call("get_contact_information", "ContactInformation", absent="ResourceNotFoundException"),
        "security_contact": Call(
            "get_alternate_contact",
            "AlternateContact",
            absent="ResourceNotFoundException",
            AlternateContactType="SECURITY",
        ),
        "billing_contact": Call(
            "get_alternate_contact",
            "AlternateContact",
            absent="ResourceNotFoundException",
            AlternateContactType="BILLING",
        ),
        "operations_contact": Call(
            "get_alternate_contact",
            "AlternateContact",
            absent="ResourceNotFoundException",
            AlternateContactType="OPERATIONS",
        ),
        "ai_policy": _effective("AISERVICES_OPT_OUT_POLICY"),
        "tag_policy": _effective("TAG_POLICY"),
    },
)

REGION = Spec(
    type="aws.account.region",
    service="aws.account",
    api="account",
    title="Enabled region",
    scope="global",
    listing=Call(
        "list_regions",
        "Regions",
        RegionOptStatusContains=["ENABLED", "ENABLED_BY_DEFAULT"],
        MaxResults=50,
    ),
    id="arn:{partition}:account:{RegionName}:{account}:region",
    name="{RegionName}",
    region="{RegionName}",
)
