from typing import Any

from checks.aws import identitycenter
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

ORGANIZATION, DELEGATE = "aws.organizations.organization", "aws.organizations.delegated_administrator"
OURS, THEIRS = {"OwnerAccountId": ACCOUNT}, {"OwnerAccountId": "210987654321"}
EVERYTHING = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
ADMINISTRATOR = [{"Arn": "arn:aws:iam::aws:policy/AdministratorAccess"}]


def organization(management: str) -> Resource:
    return resource(ORGANIZATION, organization={"MasterAccountId": management})


def delegate(service: str) -> Resource:
    return resource(DELEGATE, item={"Id": "210987654321"}, services=[{"ServicePrincipal": service}])


def network(**settings: Any) -> dict[str, Any]:
    return {"NetworkConfigurationDetails": settings}


def key(kind: str) -> dict[str, Any]:
    return {"EncryptionConfigurationDetails": {"KeyType": kind, "KmsKeyArn": "arn:aws:kms:eu-west-1:1:key/1"}}


def regions(*names: str, status: str = "ACTIVE") -> dict[str, Any]:
    return OURS | {"Regions": [{"RegionName": name, "Status": status} for name in names]}


def lasting(duration: str | None) -> dict[str, Any]:
    return {"SessionDuration": duration} if duration else {}


CASES = [
    case(identitycenter.organization_wide, PASS, item=OURS, inventory=[organization(ACCOUNT)]),
    case(identitycenter.organization_wide, FAIL, item=OURS, inventory=[organization("210987654321")]),
    case(identitycenter.organization_wide, SKIP, item=OURS, inventory=[resource(ORGANIZATION, organization=None)]),
    case(identitycenter.customer_key, PASS, item=OURS, details=key("CUSTOMER_MANAGED_KEY")),
    case(identitycenter.customer_key, FAIL, item=OURS, details=key("AWS_OWNED_KMS_KEY")),
    case(identitycenter.customer_key, FAIL, item=OURS, details={}),
    case(identitycenter.customer_key, SKIP, item=THEIRS, details={}),
    case(identitycenter.network_limited, PASS, item=OURS, details=network(VpceAccessRequired=True)),
    case(
        identitycenter.network_limited,
        PASS,
        item=OURS,
        details=network(VpceAccessRequired=True, AllowSourceIps=["192.0.2.0/24"]),
    ),
    case(
        identitycenter.network_limited,
        FAIL,
        item=OURS,
        details=network(VpceAccessRequired=True, AllowSourceIps=["0.0.0.0/0"]),
    ),
    case(identitycenter.network_limited, FAIL, item=OURS, details={}),
    case(identitycenter.several_regions, PASS, item=regions("eu-west-1", "eu-north-1")),
    case(identitycenter.several_regions, FAIL, item=regions("eu-west-1")),
    case(identitycenter.several_regions, FAIL, item=regions("eu-west-1", "eu-north-1", status="ADDING")),
    case(identitycenter.several_regions, FAIL, item=OURS),
    case(identitycenter.administered_by_delegate, PASS, item=OURS, inventory=[delegate("sso.amazonaws.com")]),
    case(identitycenter.administered_by_delegate, FAIL, item=OURS, inventory=[delegate("guardduty.amazonaws.com")]),
    case(identitycenter.administered_by_delegate, UNKNOWN, item=OURS, inventory=[unlisted(DELEGATE)]),
    case(identitycenter.session_short, PASS, settings=lasting("PT8H")),
    case(identitycenter.session_short, PASS, settings=lasting(None)),
    case(identitycenter.session_short, FAIL, settings=lasting("PT8H30M")),
    case(identitycenter.session_short, FAIL, settings=lasting("P1D")),
    case(
        identitycenter.administrator_session_short,
        PASS,
        settings=lasting("PT1H"),
        managed_policies=ADMINISTRATOR,
        inline_policy=None,
    ),
    case(
        identitycenter.administrator_session_short,
        FAIL,
        settings=lasting("PT8H"),
        managed_policies=ADMINISTRATOR,
        inline_policy=None,
    ),
    case(
        identitycenter.administrator_session_short,
        FAIL,
        settings=lasting("PT12H"),
        managed_policies=[],
        inline_policy=EVERYTHING,
    ),
    case(
        identitycenter.administrator_session_short,
        SKIP,
        settings=lasting("PT12H"),
        managed_policies=[],
        inline_policy=None,
    ),
]
