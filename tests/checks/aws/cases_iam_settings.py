from typing import Any

from checks.aws import iam_settings as settings
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

NEVER = {
    "password_last_used": "N/A",
    "access_key_1_last_used_date": "N/A",
    "access_key_2_last_used_date": "no_information",
}
VIRTUAL = [{"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/root-account-mfa-device", "UserArn": None}]
OF_ROOT = [{"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/phone", "UserArn": f"arn:aws:iam::{ACCOUNT}:root"}]
OF_USER = [{"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/ada", "UserArn": f"arn:aws:iam::{ACCOUNT}:user/ada"}]


def summary(mfa: int, keys: int = 0, **more: int) -> dict[str, int]:
    return {"AccountMFAEnabled": mfa, "AccountAccessKeysPresent": keys, **more}


SEALED = summary(0, AccountPasswordPresent=0)


def holder(kind: str, policy: str) -> Resource:
    return resource(f"aws.iam.{kind}", item={"AttachedManagedPolicies": [{"PolicyArn": f"arn:aws:iam::{policy}"}]})


def person(name: str, password: str = "true") -> Resource:
    return resource("aws.iam.user", name, name=name, credentials={"password_enabled": password})


SUPPORT, SHELL = "aws:policy/AWSSupportAccess", "aws:policy/AWSCloudShellFullAccess"
SAML = resource("aws.iam.saml_provider", "arn:aws:iam::123456789012:saml-provider/idp")
CENTER = resource("aws.identitycenter.instance", "arn:aws:sso:::instance/ssoins-1")
CROWD: list[Any] = [person("ada"), person("bob"), person("eve")]
QUOTAS = {"Users": 10, "UsersQuota": 5000, "Roles": 900, "RolesQuota": 1000}
ALL_KINDS = dict.fromkeys(settings.PASSWORD_KINDS, True)

CASES = [
    case(settings.root_without_keys, PASS, summary=summary(1)),
    case(settings.root_without_keys, FAIL, summary=summary(1, keys=1)),
    case(settings.root_mfa, PASS, summary=summary(1)),
    case(settings.root_mfa, PASS, summary=SEALED),
    case(settings.root_mfa, FAIL, summary=summary(0)),
    case(settings.root_mfa, FAIL, summary=summary(0, AccountPasswordPresent=1)),
    case(settings.root_mfa, FAIL, summary=summary(0, keys=1, AccountPasswordPresent=0)),
    case(settings.root_hardware_mfa, PASS, summary=summary(1), virtual_mfa=OF_USER),
    case(settings.root_hardware_mfa, FAIL, summary=summary(1), virtual_mfa=VIRTUAL),
    case(settings.root_hardware_mfa, FAIL, summary=summary(1), virtual_mfa=OF_ROOT),
    case(settings.root_hardware_mfa, FAIL, summary=summary(0), virtual_mfa=[]),
    case(settings.root_hardware_mfa, SKIP, summary=SEALED, virtual_mfa=[]),
    case(settings.root_unused, PASS, root=NEVER),
    case(settings.root_unused, PASS, root=NEVER | {"password_last_used": "2026-03-01T00:00:00+00:00"}),
    case(settings.root_unused, FAIL, root=NEVER | {"password_last_used": "2026-05-20T00:00:00+00:00"}),
    case(settings.root_unused, FAIL, root=NEVER | {"access_key_2_last_used_date": "2026-05-31T00:00:00Z"}),
    case(settings.root_unused, UNKNOWN, root=None),
    case(settings.password_length, PASS, password_policy={"MinimumPasswordLength": 14}),
    case(settings.password_length, FAIL, password_policy={"MinimumPasswordLength": 13}),
    case(settings.password_length, FAIL, password_policy=None),
    case(settings.password_kinds, PASS, password_policy=ALL_KINDS),
    case(settings.password_kinds, FAIL, password_policy=ALL_KINDS | {"RequireSymbols": False}),
    case(settings.password_kinds, FAIL, password_policy={"MinimumPasswordLength": 14}),
    case(settings.password_kinds, FAIL, password_policy=None),
    case(settings.password_reuse, PASS, password_policy={"PasswordReusePrevention": 24}),
    case(settings.password_reuse, FAIL, password_policy={"PasswordReusePrevention": 5}),
    case(settings.password_reuse, FAIL, password_policy={"MinimumPasswordLength": 14}),
    case(settings.password_reuse, FAIL, password_policy=None),
    case(settings.support_role, PASS, inventory=[holder("role", SUPPORT)]),
    case(settings.support_role, PASS, inventory=[holder("group", SUPPORT)]),
    case(settings.support_role, FAIL, inventory=[holder("role", f"{ACCOUNT}:policy/AWSSupportAccess")]),
    case(settings.support_role, UNKNOWN, inventory=[unlisted("aws.iam.role")]),
    case(settings.cloudshell_restricted, PASS, inventory=[holder("role", SUPPORT)]),
    case(settings.cloudshell_restricted, FAIL, inventory=[holder("user", SHELL)]),
    case(settings.cloudshell_restricted, UNKNOWN, inventory=[unlisted("aws.iam.group")]),
    case(settings.people_federated, PASS),
    case(settings.people_federated, PASS, inventory=[person("robot", "false")]),
    case(settings.people_federated, PASS, inventory=[person("glass"), SAML]),
    case(settings.people_federated, PASS, inventory=[person("glass"), CENTER]),
    case(settings.people_federated, FAIL, inventory=[person("ada")]),
    case(settings.people_federated, FAIL, inventory=[*CROWD, SAML]),
    case(settings.people_federated, UNKNOWN, inventory=[resource("aws.iam.user", "new", credentials=None), SAML]),
    case(settings.people_federated, UNKNOWN, inventory=[person("glass"), unlisted("aws.identitycenter.instance")]),
    case(settings.room_below_quotas, PASS, summary=QUOTAS | {"Roles": 10}),
    case(settings.room_below_quotas, FAIL, summary=QUOTAS),
    case(settings.room_below_quotas, UNKNOWN, summary={}),
]
