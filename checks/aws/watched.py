"""What somebody must be told of, as sample events of CloudTrail: a filter or rule is judged by what it matches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner.model import Severity

Event = Mapping[str, Any]

SIGN_IN = "signin.amazonaws.com"
# Services that belong to no region: their events appear in one region only.
REGIONLESS = {
    "iam.amazonaws.com",
    "organizations.amazonaws.com",
    "cloudfront.amazonaws.com",
    "route53.amazonaws.com",
}


def _event(source: str, name: str, identity: Mapping[str, Any] | None = None, **more: Any) -> Event:
    """Return an event as CloudTrail writes it, as far as filters may ask."""
    user = {
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLE:ada",
        "arn": "arn:aws:sts::111122223333:assumed-role/developer/ada",
        "accountId": "111122223333",
        **(identity or {}),
    }
    return {
        "eventVersion": "1.11",
        "userIdentity": user,
        "eventTime": "2026-01-02T03:04:05Z",
        "eventSource": source,
        "eventName": name,
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.1",
        "userAgent": "aws-cli/2.20.0",
        "requestParameters": None,
        "responseElements": None,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        **more,
    }


def calls(service: str, names: str) -> tuple[Event, ...]:
    """Return an event for each call of a service that *names* holds, as CloudTrail records them."""
    return tuple(_event(f"{service}.amazonaws.com", name) for name in names.split())


def _sign_in(result: str, mfa: str, **more: Any) -> Event:
    user = {"type": "IAMUser", "userName": "ada", "arn": "arn:aws:iam::111122223333:user/ada"}
    answer = {"ConsoleLogin": result}
    extra = {"MFAUsed": mfa, "MobileVersion": "No", "LoginTo": "https://console.aws.amazon.com/console/home"}
    return _event(
        SIGN_IN,
        "ConsoleLogin",
        user,
        eventType="AwsConsoleSignIn",
        responseElements=answer,
        additionalEventData=extra,
        **more,
    )


# What happens all day: who is told of this, too, is told of nothing.
EVERYDAY = (
    _event("ec2.amazonaws.com", "DescribeInstances", readOnly=True),
    _event("ec2.amazonaws.com", "CreateTags"),
    _sign_in("Success", "Yes"),
)


@dataclass(frozen=True, slots=True)
class Watched:
    """One kind of event. ``number`` is its place in the list of alarms of the CIS benchmark, 0 where it has none.

    ``service``: whose events they are, where they aren't the account's own; ``kind``: what must be there for them to matter.
    """

    number: int
    name: str
    what: str
    risk: str
    severity: Severity
    events: tuple[Event, ...]
    service: str = ""
    kind: str = ""

    @property
    def cis(self) -> tuple[str, ...]:
        return (f"v5:4.{self.number}", f"v6:5.{self.number}", f"v7:5.{self.number}") if self.number else ()


def of_service(kind: str, name: str, what: str, risk: str, **named: str) -> Watched:
    """Return what matters where there is something of *kind*: the calls *named*, by the source that CloudTrail says."""
    events = tuple(event for source, names in named.items() for event in calls(source.replace("_", "-"), names))
    return Watched(0, name, what, risk, Severity.LOW, events, kind.rpartition(".")[0], kind)


ROOT = {"type": "Root", "principalId": "111122223333", "arn": "arn:aws:iam::111122223333:root"}

WATCHED = (
    Watched(
        1,
        "refused_calls",
        "calls that were refused",
        "An intruder who tries what a stolen key may do is not noticed.",
        Severity.MEDIUM,
        (
            _event("ec2.amazonaws.com", "RunInstances", errorCode="Client.UnauthorizedOperation"),
            _event("iam.amazonaws.com", "CreateUser", errorCode="AccessDenied"),
            _event("lambda.amazonaws.com", "CreateFunction20150331", errorCode="AccessDeniedException"),
        ),
    ),
    Watched(
        2,
        "sign_in_without_mfa",
        "sign-ins without a second factor",
        "A phished password is used, and nobody notices.",
        Severity.MEDIUM,
        (_sign_in("Success", "No"),),
    ),
    Watched(
        3,
        "root_use",
        "use of the root user",
        "Somebody works as the root user, which nothing limits, and nobody notices.",
        Severity.HIGH,
        (
            _event("iam.amazonaws.com", "CreateAccessKey", ROOT),
            _event(SIGN_IN, "ConsoleLogin", ROOT, eventType="AwsConsoleSignIn", additionalEventData={"MFAUsed": "Yes"}),
        ),
    ),
    Watched(
        4,
        "policy_changes",
        "changes of IAM policies",
        "An intruder gives itself more rights, and nobody notices.",
        Severity.MEDIUM,
        calls(
            "iam",
            "PutUserPolicy PutRolePolicy PutGroupPolicy DeleteUserPolicy DeleteRolePolicy DeleteGroupPolicy CreatePolicy"
            " DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachUserPolicy AttachRolePolicy AttachGroupPolicy"
            " DetachUserPolicy DetachRolePolicy DetachGroupPolicy",
        ),
        "aws.iam",
    ),
    Watched(
        5,
        "trail_changes",
        "changes of trails",
        "An intruder stops the recording, and nobody notices.",
        Severity.HIGH,
        calls("cloudtrail", "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"),
        "aws.cloudtrail",
    ),
    Watched(
        6,
        "failed_sign_ins",
        "sign-ins that failed",
        "Somebody guesses passwords for days, and nobody notices.",
        Severity.LOW,
        (_sign_in("Failure", "No", errorMessage="Failed authentication"),),
    ),
    Watched(
        7,
        "key_removal",
        "keys that are disabled or to be deleted",
        "Data becomes unreadable for ever, and nobody notices in time to stop it.",
        Severity.MEDIUM,
        calls("kms", "DisableKey ScheduleKeyDeletion"),
        "aws.kms",
    ),
    Watched(
        8,
        "bucket_policy_changes",
        "changes of bucket policies",
        "A bucket is opened to the world, and nobody notices.",
        Severity.MEDIUM,
        calls(
            "s3",
            "PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication DeleteBucketPolicy"
            " DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication",
        ),
        "aws.s3",
    ),
    Watched(
        9,
        "recorder_changes",
        "changes of AWS Config",
        "An intruder stops the recording of changes, and nobody notices.",
        Severity.LOW,
        calls("config", "StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder"),
        "aws.config",
    ),
    Watched(
        10,
        "security_group_changes",
        "changes of security groups",
        "A machine is opened to the world, and nobody notices.",
        Severity.LOW,
        calls(
            "ec2",
            "AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress"
            " RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup",
        ),
        "aws.vpc",
    ),
    Watched(
        11,
        "network_acl_changes",
        "changes of network ACLs",
        "A subnet is opened to the world, and nobody notices.",
        Severity.LOW,
        calls(
            "ec2",
            "CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry"
            " ReplaceNetworkAclAssociation",
        ),
        "aws.vpc",
    ),
    Watched(
        12,
        "gateway_changes",
        "changes of network gateways",
        "A private network gets a way to the internet, and nobody notices.",
        Severity.LOW,
        calls(
            "ec2",
            "CreateCustomerGateway DeleteCustomerGateway CreateInternetGateway DeleteInternetGateway"
            " AttachInternetGateway DetachInternetGateway",
        ),
        "aws.vpc",
    ),
    Watched(
        13,
        "route_changes",
        "changes of route tables",
        "Traffic is led past its controls, and nobody notices.",
        Severity.LOW,
        calls(
            "ec2",
            "CreateRoute ReplaceRoute DeleteRoute CreateRouteTable DeleteRouteTable ReplaceRouteTableAssociation"
            " DisassociateRouteTable",
        ),
        "aws.vpc",
    ),
    # Calls of EC2-Classic, which is no more, are not asked for.
    Watched(
        14,
        "network_changes",
        "changes of VPCs and their peering",
        "A network is joined to a stranger's, and nobody notices.",
        Severity.LOW,
        calls(
            "ec2",
            "CreateVpc DeleteVpc ModifyVpcAttribute CreateVpcPeeringConnection AcceptVpcPeeringConnection"
            " DeleteVpcPeeringConnection RejectVpcPeeringConnection",
        ),
        "aws.vpc",
    ),
    Watched(
        15,
        "organization_changes",
        "changes of the organization",
        "A guardrail is taken off, or an account taken out, and nobody notices.",
        Severity.MEDIUM,
        calls(
            "organizations",
            "AcceptHandshake AttachPolicy CreateAccount CreateOrganizationalUnit CreatePolicy DeclineHandshake"
            " DeleteOrganization DeleteOrganizationalUnit DeletePolicy DetachPolicy DisablePolicyType EnablePolicyType"
            " InviteAccountToOrganization LeaveOrganization MoveAccount RemoveAccountFromOrganization UpdatePolicy"
            " UpdateOrganizationalUnit",
        ),
        "aws.organizations",
    ),
)
