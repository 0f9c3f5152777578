import json
from typing import Any

import pytest

from checks.aws import transfer
from scanner.evaluation.check import Check
from scanner.model import Outcome, Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_security_groups import WORLD, group, rule

OPEN = {
    "EndpointType": "VPC",
    "EndpointDetails": {"VpcEndpointId": "vpce-1", "AddressAllocationIds": ["eipalloc-1"], "SubnetIds": ["subnet-1"]},
}
INNER = {"EndpointType": "VPC", "EndpointDetails": {"VpcEndpointId": "vpce-1", "SubnetIds": ["subnet-1", "subnet-2"]}}
ENDPOINT = resource("aws.vpc.endpoint", "vpce-1", item={"VpcEndpointId": "vpce-1", "Groups": [{"GroupId": "sg-1"}]})
POLICY = "TransferSecurityPolicy-"


def opened(port: int, cidr: str = WORLD) -> Resource:
    return resource("aws.vpc.security_group", "sg-1", item=group(rule(port, cidr)))


def server(check: Check, outcome: Outcome, /, *inventory: Any, **facts: Any) -> pytest.ParameterSet:
    found: pytest.ParameterSet = case(check, outcome, server=facts, inventory=inventory)
    return found


def policy(outcome: Outcome, name: str, *protocols: str) -> pytest.ParameterSet:
    return server(transfer.current_algorithms, outcome, SecurityPolicyName=name, Protocols=list(protocols or ("SFTP",)))


def signs_in(outcome: Outcome, kind: str, ways: str = "", *protocols: str) -> pytest.ParameterSet:
    details = {"SftpAuthenticationMethods": ways} if ways else {}
    facts = {"IdentityProviderType": kind, "IdentityProviderDetails": details, "Protocols": list(protocols or ("SFTP",))}
    return server(transfer.no_password_alone, outcome, **facts)


def mapped(target: str) -> dict[str, Any]:
    return {"HomeDirectoryType": "LOGICAL", "HomeDirectoryMappings": [{"Entry": "/", "Target": target}]}


def own(resource: str, more: Any = (), **changed: Any) -> dict[str, Any]:
    """Return a user with a policy of its own; fields that are changed to nothing are left out."""
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": resource, **changed}
    kept = {name: value for name, value in statement.items() if value is not None}
    return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [kept, *more]})}


def imported(*days: str) -> dict[str, Any]:
    return {"SshPublicKeys": [{"SshPublicKeyId": day, "DateImported": f"{day}T00:00:00+00:00"} for day in days]}


def as2(url: str = "http://partner.example", **config: str) -> dict[str, Any]:
    return {"Url": url, "As2Config": config}


def sftp(name: str = "2024-03", *keys: str) -> dict[str, Any]:
    return {"SecurityPolicyName": f"TransferSFTPConnectorSecurityPolicy-{name}", "SftpConfig": {"TrustedHostKeys": list(keys)}}


SERVERS = [
    server(transfer.no_plain_ftp, PASS, Protocols=["SFTP", "FTPS"]),
    server(transfer.no_plain_ftp, PASS),
    server(transfer.no_plain_ftp, FAIL, Protocols=["SFTP", "FTP"]),
    policy(PASS, f"{POLICY}2024-01"),
    policy(PASS, f"{POLICY}2022-03", "FTPS"),
    policy(PASS, f"{POLICY}FIPS-2025-03"),
    policy(PASS, f"{POLICY}SshAuditCompliant-2025-02"),
    policy(FAIL, f"{POLICY}2018-11"),
    policy(FAIL, f"{POLICY}FIPS-2020-06"),
    policy(FAIL, f"{POLICY}Restricted-2018-11"),
    policy(UNKNOWN, ""),
    policy(UNKNOWN, f"{POLICY}Newest"),
    policy(SKIP, f"{POLICY}2018-11", "FTP"),
    policy(SKIP, f"{POLICY}2018-11", "AS2"),
    server(transfer.no_password_alone, PASS),
    signs_in(PASS, "SERVICE_MANAGED"),
    signs_in(PASS, "AWS_LAMBDA", "PUBLIC_KEY"),
    signs_in(PASS, "API_GATEWAY", "PUBLIC_KEY_AND_PASSWORD"),
    signs_in(FAIL, "AWS_LAMBDA", "PUBLIC_KEY_OR_PASSWORD"),
    signs_in(FAIL, "AWS_LAMBDA"),
    signs_in(FAIL, "AWS_LAMBDA", "PUBLIC_KEY", "SFTP", "FTPS"),
    signs_in(FAIL, "AWS_DIRECTORY_SERVICE"),
    signs_in(SKIP, "SERVICE_MANAGED", "", "AS2"),
    server(transfer.not_public, PASS, **INNER),
    server(transfer.not_public, PASS, EndpointType="VPC_ENDPOINT", EndpointDetails={"VpcEndpointId": "vpce-1"}),
    server(transfer.not_public, FAIL, **OPEN),
    server(transfer.not_public, FAIL, EndpointType="PUBLIC"),
    server(transfer.not_public, FAIL),
    server(transfer.closed_to_world, PASS, **INNER),
    server(transfer.closed_to_world, PASS, ENDPOINT, opened(22, "198.51.100.0/24"), **OPEN),
    server(transfer.closed_to_world, PASS, ENDPOINT, opened(22), **OPEN, ProtocolDetails={"SftpPorts": [{"SftpPort": 2222}]}),
    server(transfer.closed_to_world, PASS, ENDPOINT, opened(22), **OPEN, Protocols=["FTPS"]),
    server(transfer.closed_to_world, FAIL, ENDPOINT, opened(22), **OPEN),
    server(transfer.closed_to_world, FAIL, ENDPOINT, opened(21, "::/0"), **OPEN, Protocols=["FTPS", "SFTP"]),
    server(transfer.closed_to_world, FAIL, ENDPOINT, opened(2222), **OPEN, ProtocolDetails={"SftpPorts": [{"SftpPort": 2222}]}),
    server(transfer.closed_to_world, FAIL, EndpointType="PUBLIC"),
    server(transfer.closed_to_world, UNKNOWN, **OPEN),
    server(transfer.closed_to_world, UNKNOWN, ENDPOINT, **OPEN),
    server(transfer.closed_to_world, UNKNOWN, unlisted("aws.vpc.endpoint"), **OPEN),
    server(transfer.logged, PASS, StructuredLogDestinations=["arn:aws:logs:eu-west-1:123456789012:log-group:sftp:*"]),
    server(transfer.logged, PASS, LoggingRole="arn:aws:iam::123456789012:role/log"),
    server(transfer.logged, FAIL, StructuredLogDestinations=[]),
    server(transfer.logged, FAIL),
    server(transfer.multi_zone, PASS, **INNER),
    server(transfer.multi_zone, FAIL, **OPEN),
    server(transfer.multi_zone, SKIP, EndpointType="PUBLIC"),
    server(transfer.multi_zone, SKIP, EndpointType="VPC_ENDPOINT", EndpointDetails={"VpcEndpointId": "vpce-1"}),
]

USERS = [
    case(transfer.confined, PASS, user=mapped("/bucket/${transfer:UserName}")),
    case(transfer.confined, PASS, user={"HomeDirectoryType": "PATH", "Policy": '{"Statement": []}'}),
    case(transfer.confined, PASS, user=own("arn:aws:s3:::${transfer:HomeDirectory}/*")),
    case(transfer.confined, PASS, user=own("*", Condition={"StringLike": {"s3:prefix": ["home/*"]}})),
    case(transfer.confined, PASS, user=own("*", Action="s3:ListAllMyBuckets")),
    case(transfer.confined, FAIL, user=own("*")),
    case(transfer.confined, FAIL, user=own("arn:aws-cn:s3:::*", Action="s3:Get*")),
    case(transfer.confined, FAIL, user=own("", Resource=None, NotResource="arn:aws:s3:::secrets/*")),
    case(transfer.confined, FAIL, user=own("*", Action=None, NotAction="s3:DeleteObject")),
    case(
        transfer.confined, UNKNOWN, user=own("*", more=[{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::a/*"}])
    ),
    case(transfer.confined, PASS, user={"PosixProfile": {"Uid": 1001, "Gid": 1001}}),
    case(transfer.confined, FAIL, user={"PosixProfile": {"Uid": 0, "Gid": 0}}),
    case(transfer.confined, FAIL, user={"PosixProfile": {"Uid": 0, "Gid": 0}, "Policy": '{"Statement": []}'}),
    case(transfer.confined, FAIL, user=mapped("/bucket")),
    case(transfer.confined, FAIL, user=mapped("/bucket/")),
    case(transfer.confined, FAIL, user={"HomeDirectory": "/bucket/home"}),
    case(transfer.keys_replaced_yearly, PASS, user=imported("2025-12-01")),
    case(transfer.keys_replaced_yearly, FAIL, user=imported("2025-12-01", "2021-01-01")),
    case(transfer.keys_replaced_yearly, SKIP, user=imported()),
    case(transfer.keys_replaced_yearly, SKIP, user={}),
]

CONNECTORS = [
    case(transfer.transfers_logged, PASS, connector={"LoggingRole": "arn:aws:iam::123456789012:role/log"}),
    case(transfer.transfers_logged, FAIL, connector={}),
    case(transfer.encrypted, PASS, connector=as2("https://partner.example", EncryptionAlgorithm="NONE")),
    case(transfer.encrypted, PASS, connector=as2(EncryptionAlgorithm="AES256_CBC")),
    case(transfer.encrypted, FAIL, connector=as2(EncryptionAlgorithm="DES_EDE3_CBC")),
    case(transfer.encrypted, FAIL, connector=as2(EncryptionAlgorithm="NONE")),
    case(transfer.encrypted, FAIL, connector=as2(MessageSubject="orders")),
    case(transfer.encrypted, PASS, connector=sftp("FIPS-2024-10")),
    case(transfer.encrypted, FAIL, connector=sftp("2023-07")),
    case(transfer.encrypted, UNKNOWN, connector={"SftpConfig": {}}),
    case(transfer.partner_proven, PASS, connector=as2(SigningAlgorithm="SHA256")),
    case(transfer.partner_proven, FAIL, connector=as2(SigningAlgorithm="SHA1")),
    case(transfer.partner_proven, FAIL, connector=as2(SigningAlgorithm="NONE")),
    case(transfer.partner_proven, PASS, connector=sftp("2024-03", "ssh-rsa AAAA")),
    case(transfer.partner_proven, FAIL, connector=sftp()),
]

CERTIFICATES = [
    case(transfer.not_ending, PASS, item={"Status": "ACTIVE", "InactiveDate": "2027-06-01T00:00:00+00:00"}),
    case(transfer.not_ending, FAIL, item={"Status": "ACTIVE", "InactiveDate": "2020-01-01T00:00:00+00:00"}),
    case(transfer.not_ending, UNKNOWN, item={"Status": "ACTIVE"}),
    case(transfer.not_ending, SKIP, item={"Status": "INACTIVE"}),
]

CASES = [*SERVERS, *USERS, *CONNECTORS, *CERTIFICATES]
