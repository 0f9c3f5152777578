"""The organization: a management account, two units with an account each, and what holds on them.

moto's organizations let every member look into the management account, and know only some of the kinds of policies, so
that all of it is told.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from simulators.aws.estate.place import Place, ago, document
from simulators.aws.supplement.registry import Refusal

MANAGEMENT, PRODUCTION, SANDBOX = "999999999999", "222222222222", "333333333333"
NAMES = {MANAGEMENT: "management", PRODUCTION: "production", SANDBOX: "sandbox"}
ID, ROOT = "o-exampleorg1", "r-exmp"
UNITS = {PRODUCTION: "ou-exmp-production1", SANDBOX: "ou-exmp-sandbox001"}
# Source: AWS Organizations API reference, ListRoots and others: "only from the organization's management account or by a
# member account that is a delegated administrator".
ELSEWHERE = Refusal(400, "AccessDeniedException", "You don't have permissions to access this resource.")
OF_MANAGEMENT = (
    "ListRoots",
    "ListAWSServiceAccessForOrganization",
    "ListAccounts",
    "ListDelegatedAdministrators",
    "ListDelegatedServicesForAccount",
    "ListPolicies",
    "DescribePolicy",
    "ListTargetsForPolicy",
)
SERVICES = ("access-analyzer", "cloudtrail", "config", "guardduty", "securityhub", "sso")
FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
GUARDS = {"Effect": "Deny", "Action": ["cloudtrail:StopLogging", "cloudtrail:DeleteTrail"], "Resource": "*"}
STAY = {"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"}
HOME = {
    "Effect": "Deny",
    "NotAction": ["iam:*", "organizations:*", "support:*", "sts:*"],
    "Resource": "*",
    "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}},
}
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}},
}


def arn(kind: str, rest: str) -> str:
    return f"arn:aws:organizations::{MANAGEMENT}:{kind}/{rest}"


DESCRIBED = {
    "Id": ID,
    "Arn": arn("organization", ID),
    "FeatureSet": "ALL",
    "MasterAccountArn": arn("account", f"{ID}/{MANAGEMENT}"),
    "MasterAccountId": MANAGEMENT,
    "MasterAccountEmail": "aws@example.com",
    "AvailablePolicyTypes": [],
}
POLICY_TYPES = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY")


def organization(place: Place, _scale: int) -> None:
    """Tell the account of its place in the organization; to the management account, all of it."""
    place.tell_everywhere("organizations:DescribeOrganization", {"Organization": DESCRIBED})
    if place.account == MANAGEMENT:
        _accounts(place)
        _policies(place)
        enabled = {"OrganizationId": ID, "EnabledFeatures": ["RootCredentialsManagement"]}
        place.tell_everywhere("iam:ListOrganizationsFeatures", enabled)
        return
    for operation in OF_MANAGEMENT:
        place.tell_everywhere(f"organizations:{operation}", ELSEWHERE)
    refused = Refusal(403, "AccountNotManagementOrDelegatedAdministratorException", "This is a member account.")
    place.tell_everywhere("iam:ListOrganizationsFeatures", refused)
    place.tell_everywhere(
        "organizations:DescribeEffectivePolicy",
        {"EffectivePolicy": {"PolicyContent": json.dumps({"tags": {}}), "TargetId": place.account, "PolicyType": "TAG_POLICY"}},
        PolicyType="TAG_POLICY",
    )


def _accounts(place: Place) -> None:
    root = {"Id": ROOT, "Arn": arn("root", f"{ID}/{ROOT}"), "Name": "Root"}
    types = [{"Type": kind, "Status": "ENABLED"} for kind in POLICY_TYPES]
    place.tell_everywhere("organizations:ListRoots", {"Roots": [{**root, "PolicyTypes": types}]})
    trusted = [{"ServicePrincipal": f"{name}.amazonaws.com", "DateEnabled": ago(400)} for name in SERVICES]
    place.tell_everywhere("organizations:ListAWSServiceAccessForOrganization", {"EnabledServicePrincipals": trusted})
    place.tell_everywhere("organizations:ListAccounts", {"Accounts": [_account(each) for each in NAMES]})
    delegate = {**_account(PRODUCTION), "DelegationEnabledDate": ago(300)}
    place.tell_everywhere("organizations:ListDelegatedAdministrators", {"DelegatedAdministrators": [delegate]})
    delegated = {"ServicePrincipal": "guardduty.amazonaws.com", "DelegationEnabledDate": ago(300)}
    place.tell_everywhere("organizations:ListDelegatedServicesForAccount", {"DelegatedServices": [delegated]})


def _account(account: str) -> dict[str, Any]:
    above = [ID, ROOT, *([UNITS[account]] if account in UNITS else [])]
    return {
        "Id": account,
        "Arn": arn("account", f"{ID}/{account}"),
        "Email": f"aws+{NAMES[account]}@example.com",
        "Name": NAMES[account],
        "Status": "ACTIVE",
        "State": "ACTIVE",
        "Paths": ["/".join([*above, account, ""])],
        "JoinedMethod": "CREATED" if account != MANAGEMENT else "INVITED",
        "JoinedTimestamp": ago(500),
    }


def _policies(place: Place) -> None:
    """Tell two service control policies beside AWS's own, one that lies about unattached, and a resource control policy."""
    _kind(
        place,
        "SERVICE_CONTROL_POLICY",
        {
            "p-FullAWSAccess": ("FullAWSAccess", [FULL], [ROOT]),
            "p-guardrail": ("guardrails", [GUARDS, STAY], [ROOT]),
            "p-homeonly1": ("home-regions", [HOME], [UNITS[PRODUCTION]]),
            "p-forgotten": ("forgotten", [{"Effect": "Deny", "Action": "*", "Resource": "*"}], []),
        },
    )
    _kind(place, "RESOURCE_CONTROL_POLICY", {"p-tlsonly1": ("tls-only", [TLS_ONLY], [ROOT])})
    _kind(place, "BACKUP_POLICY", {"p-backup001": ("daily", [], [ROOT])})
    for kind in ("TAG_POLICY", "AISERVICES_OPT_OUT_POLICY"):
        _kind(place, kind, {})


def _kind(place: Place, kind: str, policies: dict[str, tuple[str, Iterable[Any], Iterable[str]]]) -> None:
    summaries = []
    for id, (name, statements, targets) in policies.items():
        owner = "arn:aws:organizations::aws:policy" if id == "p-FullAWSAccess" else arn("policy", ID)
        own = {"Id": id, "Arn": f"{owner}/{kind.lower()}/{id}", "Name": name, "Description": "", "Type": kind}
        summary = {**own, "AwsManaged": id == "p-FullAWSAccess"}
        summaries.append(summary)
        described = {"PolicySummary": summary, "Content": document(*statements)}
        place.tell_everywhere("organizations:DescribePolicy", {"Policy": described}, PolicyId=id)
        place.tell_everywhere(
            "organizations:ListTargetsForPolicy", {"Targets": [_target(each) for each in targets]}, PolicyId=id
        )
    place.tell_everywhere("organizations:ListPolicies", {"Policies": summaries}, Filter=kind)


def _target(id: str) -> dict[str, str]:
    if id == ROOT:
        return {"TargetId": id, "Arn": arn("root", f"{ID}/{id}"), "Name": "Root", "Type": "ROOT"}
    return {"TargetId": id, "Arn": arn("ou", f"{ID}/{id}"), "Name": "production", "Type": "ORGANIZATIONAL_UNIT"}
