"""People and what acts for them: users, groups, roles, policies, and how old their credentials are."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy

from simulators.aws.estate.place import ROLE, Place, ago, allow, tags, trust

STRICT = {
    "MinimumPasswordLength": 14,
    "PasswordReusePrevention": 24,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "MaxPasswordAge": 365,
}
WEAK = {"MinimumPasswordLength": 8, "PasswordReusePrevention": 3}
AGE = 400  # days since the first of them came


def people(place: Place, scale: int) -> None:
    """Make the role that scans, a password policy, four users and two roles."""
    iam = place.client("iam")
    iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{place.account}:root"}))
    iam.update_account_password_policy(**(STRICT if place.careful else WEAK))
    policy = iam.create_policy(PolicyName="everything", PolicyDocument=allow("*"))["Policy"]["Arn"]
    iam.create_group(GroupName="staff")
    iam.put_group_policy(GroupName="staff", PolicyName="look", PolicyDocument=allow(["s3:List*", "sqs:List*"]))
    for number in range(4 * scale):
        _user(place, number, policy)
    for number in range(2 * scale):
        principal = {"Service": "lambda.amazonaws.com"} if number % 2 else {"AWS": "*"}
        iam.create_role(RoleName=f"role-{number}", AssumeRolePolicyDocument=trust(principal))
    iam.generate_credential_report()


def _user(place: Place, number: int, policy: str) -> None:
    """Make one of four: an administrator by password alone, two that work, and a machine with two old keys."""
    iam, name, kind = place.client("iam"), f"user-{number}", number % 4
    iam.create_user(UserName=name, Tags=tags(owner="team-a", note="=1+1") if number % 2 else [])
    iam.create_access_key(UserName=name)
    if kind == 0:
        iam.create_login_profile(UserName=name, Password="Example-Password-1")
        iam.attach_user_policy(UserName=name, PolicyArn=policy)
    else:
        iam.add_user_to_group(GroupName="staff", UserName=name)
    if kind == 1:
        iam.create_login_profile(UserName=name, Password="Example-Password-1")
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
        codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
        iam.enable_mfa_device(UserName=name, SerialNumber=device, **codes)
    if kind == 3:
        iam.create_access_key(UserName=name)
    _age(place, name, ago(AGE if kind in (0, 3) else 20), ago(1) if kind else None)


def _age(place: Place, name: str, since: datetime, used: datetime | None) -> None:
    """Set back when a user and the keys were made, and when both were last used."""
    user = place.backend("iam").users[name]
    user.create_date = since.replace(tzinfo=None)
    user.password_last_used = used and used.replace(tzinfo=None)
    for key in user.access_keys:
        key.create_date = since.replace(tzinfo=None)


def access(place: Place, _scale: int) -> None:
    """Make what else IAM holds: providers, certificates, administrators, and who may open cases."""
    iam = place.client("iam")
    account = {"AWS": f"arn:aws:iam::{place.account}:root"}
    trusted = trust(account, Bool={"aws:MultiFactorAuthPresent": "true"}) if place.careful else trust(account)
    iam.create_role(RoleName="administrator", AssumeRolePolicyDocument=trusted, MaxSessionDuration=43200)
    iam.attach_role_policy(RoleName="administrator", PolicyArn=managed(place, "AdministratorAccess"))
    if place.careful:
        iam.create_role(RoleName="support", AssumeRolePolicyDocument=trusted)
        iam.attach_role_policy(RoleName="support", PolicyArn=managed(place, "AWSSupportAccess"))
    iam.create_service_linked_role(AWSServiceName="config.amazonaws.com")
    iam.create_saml_provider(Name="people", SAMLMetadataDocument=f"<EntityDescriptor>{'x' * 1000}</EntityDescriptor>")
    url = "https://token.actions.githubusercontent.com"
    provider = iam.create_open_id_connect_provider(Url=url, ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40])
    claims = {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}
    if place.careful:
        claims["token.actions.githubusercontent.com:sub"] = "repo:example/site:ref:refs/heads/main"
    federated = {"Federated": provider["OpenIDConnectProviderArn"]}
    web = trust(federated, StringEquals=claims).replace("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity")
    iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=web)
    iam.upload_server_certificate(ServerCertificateName="site", CertificateBody="made up", PrivateKey="made up")
    iam.create_role(RoleName="function", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}))
    iam.create_role(RoleName="machine", AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}))
    iam.create_instance_profile(InstanceProfileName="machine")
    iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="machine")
    place.backend("iam").account_summary._account_mfa_enabled = int(place.careful)  # noqa: SLF001 -- no call sets it
    place.tell_everywhere("account:GetAlternateContact", {"AlternateContact": SECURITY}, AlternateContactType="SECURITY")


SECURITY = {
    "AlternateContactType": "SECURITY",
    "Name": "Security",
    "Title": "Team",
    "EmailAddress": "security@example.com",
    "PhoneNumber": "+35315550101",
}


def managed(place: Place, name: str) -> str:
    """Make one of AWS's own policies known: moto would have to make a thousand of them for every account."""
    policy = AWSManagedPolicy.from_data(name, place.account, place.region, _managed_policies()[name])
    place.backend("iam").managed_policies[policy.arn] = policy
    return str(policy.arn)


@cache
def _managed_policies() -> Any:
    return json.loads(aws_managed_policies_data)
