from datetime import UTC, datetime
from typing import Any

import pytest

from checks.aws import directoryservice as ds
from scanner.evaluation.check import Check
from scanner.model import Outcome, Resource
from tests.cases import ABSENT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_security_groups import WORLD, group, rule
from tests.checks.aws.policies import ALONE, MANAGED, ORGANIZATION, OTHER, STRANGER

DAY = datetime(2026, 1, 15, tzinfo=UTC)
(LASTS,) = ds.SYSTEM_LASTS


def asked(
    check: Check, outcome: Outcome, /, kind: str = ds.MICROSOFT, inventory: Any = (), **facts: Any
) -> pytest.ParameterSet:
    """Return a case of a directory. Facts in capitals are fields of its row."""
    fields = {name: facts.pop(name) for name in [*facts] if name[0].isupper()}
    item = {"DirectoryId": "d-1", "Type": kind, "Stage": "Active", **fields}
    found: pytest.ParameterSet = case(check, outcome, inventory=inventory, now=DAY, item=item, **facts)
    return found


def settings(**values: str) -> list[dict[str, str]]:
    return [{"Name": name.removeprefix("c"), "AppliedValue": value} for name, value in values.items()]


def ends(*days: str, state: str = "Registered") -> list[dict[str, str]]:
    return [{"State": state, "ExpiryDateTime": f"{day}T00:00:00+00:00"} for day in days]


def shared(account: str, status: str = "Shared") -> list[dict[str, str]]:
    return [{"SharedAccountId": account, "ShareStatus": status}]


def copied(day: str, status: str = "Completed", of: str = "d-1") -> Resource:
    item = {"DirectoryId": of, "Status": status, "StartTime": f"{day}T00:00:00+00:00"}
    return resource(ds.SNAPSHOT, f"s-{day}-{of}", item=item)


def opened(port: int, cidr: str = WORLD) -> Resource:
    return resource("aws.vpc.security_group", "sg-1", item=group(rule(port, cidr)))


def trusts(outcome: Outcome, direction: str, **more: str) -> pytest.ParameterSet:
    found: pytest.ParameterSet = case(ds.selective, outcome, item={"TrustDirection": direction, **more})
    return found


VPC: dict[str, Any] = {"VpcSettings": {"SecurityGroupId": "sg-1"}}
CONNECTED: dict[str, Any] = {"ConnectSettings": {"SecurityGroupId": "sg-1"}}

ENCRYPTED = [
    asked(ds.ldap_encrypted, PASS, ldaps=[{"LDAPSStatus": "Enabled"}]),
    asked(ds.ldap_encrypted, PASS, ds.CONNECTOR, ldaps=[{"LDAPSStatus": "Enabled"}]),
    asked(ds.ldap_encrypted, FAIL, ldaps=[{"LDAPSStatus": "EnableFailed"}]),
    asked(ds.ldap_encrypted, FAIL, ldaps=[]),
    asked(ds.ldap_encrypted, SKIP, ldaps=ABSENT),
    asked(ds.ldap_encrypted, SKIP, ds.SIMPLE, ldaps=ABSENT),
    asked(ds.ldap_encrypted, SKIP, ds.SHARED, ldaps=[]),
    asked(ds.ldap_encrypted, SKIP, Stage="Deleting", ldaps=[]),
    asked(ds.old_protocols_off, PASS, settings=settings(TLS_1_0="Disable", TLS_1_1="Disable", cRC4_128_128="Enable")),
    asked(ds.old_protocols_off, FAIL, settings=settings(TLS_1_0="Disable", TLS_1_1="Enable")),
    asked(ds.old_protocols_off, FAIL, settings=settings(SSL_3_0="Enable")),
    asked(ds.old_protocols_off, UNKNOWN, settings=[]),
    asked(ds.old_protocols_off, UNKNOWN, settings=[*settings(TLS_1_0="Disable"), {"Name": "TLS_1_1"}]),
    asked(ds.old_protocols_off, FAIL, settings=[*settings(TLS_1_0="Enable"), {"Name": "TLS_1_1"}]),
    asked(ds.old_protocols_off, SKIP, settings=ABSENT),
    asked(ds.weak_ciphers_off, PASS, settings=settings(cRC4_128_128="Disable", cAES_128_128="Enable", TLS_1_0="Enable")),
    asked(ds.weak_ciphers_off, FAIL, settings=settings(c3DES_168_168="Enable")),
    asked(ds.weak_ciphers_off, FAIL, settings=settings(DES_56_56="Enable", RC2_40_128="Disable")),
    asked(ds.certificates_current, PASS, certificates=ends("2027-01-01")),
    asked(ds.certificates_current, FAIL, certificates=ends("2027-01-01", "2026-02-01")),
    asked(ds.certificates_current, FAIL, certificates=ends("2020-01-01")),
    asked(ds.certificates_current, UNKNOWN, certificates=[{"State": "Registered"}]),
    asked(ds.certificates_current, SKIP, certificates=ends("2020-01-01", state="Deregistered")),
    asked(ds.certificates_current, SKIP, certificates=ABSENT),
    asked(ds.radius_protocol, PASS, RadiusSettings={"AuthenticationProtocol": "MS-CHAPv2"}),
    asked(ds.radius_protocol, FAIL, RadiusSettings={"AuthenticationProtocol": "PAP"}),
    asked(ds.radius_protocol, SKIP),
]

ADMITTED = [
    asked(ds.second_factor, PASS, RadiusStatus="Completed"),
    asked(ds.second_factor, PASS, ds.CONNECTOR, RadiusStatus="Completed"),
    asked(ds.second_factor, FAIL, RadiusStatus="Failed"),
    asked(ds.second_factor, FAIL),
    asked(ds.second_factor, FAIL, ds.SIMPLE),
    asked(ds.known_accounts, PASS, shares=[]),
    asked(ds.known_accounts, PASS, shares=ABSENT),
    asked(ds.known_accounts, PASS, shares=shared(STRANGER, "Deleted"), inventory=MANAGED),
    asked(ds.known_accounts, PASS, shares=shared(OTHER), inventory=MANAGED),
    asked(ds.known_accounts, FAIL, shares=shared(STRANGER), inventory=MANAGED),
    asked(ds.known_accounts, FAIL, shares=shared(STRANGER, "PendingAcceptance"), inventory=[ALONE]),
    asked(ds.known_accounts, UNKNOWN, shares=shared(STRANGER), inventory=[ORGANIZATION]),
    trusts(PASS, "Two-Way", SelectiveAuth="Enabled"),
    trusts(FAIL, "Two-Way", SelectiveAuth="Disabled"),
    trusts(FAIL, "One-Way: Outgoing"),
    trusts(SKIP, "One-Way: Incoming"),
    trusts(SKIP, "Two-Way", TrustState="Deleted"),
]

KEPT = [
    asked(ds.supported_system, PASS, OsVersion="SERVER_2019"),
    asked(ds.supported_system, FAIL, OsVersion="SERVER_2012"),
    asked(ds.supported_system, UNKNOWN),
    asked(ds.supported_system, UNKNOWN, OsVersion="SERVER_2099"),
    asked(ds.supported_system, SKIP, ds.SIMPLE),
    asked(LASTS, PASS, OsVersion="SERVER_2019"),
    case(LASTS, FAIL, item={"Type": ds.MICROSOFT, "OsVersion": "SERVER_2019"}, now=datetime(2028, 12, 1, tzinfo=UTC)),
    asked(ds.closed_to_world, PASS, **VPC, inventory=[opened(389, "10.0.0.0/8")]),
    asked(ds.closed_to_world, FAIL, **VPC, inventory=[opened(389)]),
    asked(ds.closed_to_world, FAIL, ds.CONNECTOR, **CONNECTED, inventory=[opened(88, "::/0")]),
    asked(ds.closed_to_world, UNKNOWN, **VPC),
    asked(ds.closed_to_world, SKIP),
    asked(ds.logged, PASS, subscription={"LogGroupName": "/aws/directoryservice/d-1"}),
    asked(ds.logged, FAIL, subscription=None),
    asked(ds.logged, SKIP, ds.CONNECTOR, subscription=None),
    asked(ds.status_told, PASS, topic={"TopicName": "directories"}),
    asked(ds.status_told, FAIL, ds.SIMPLE, topic=None),
    asked(ds.backed_up, PASS, inventory=[copied("2025-06-01"), copied("2026-01-14")]),
    asked(ds.backed_up, FAIL, inventory=[copied("2025-12-01")]),
    asked(ds.backed_up, FAIL, inventory=[copied("2026-01-14", "Failed"), copied("2026-01-14", of="d-2")]),
    asked(ds.backed_up, FAIL, ds.SIMPLE),
    asked(ds.backed_up, FAIL, LaunchTime="2026-01-13T00:00:00+00:00"),
    asked(ds.backed_up, SKIP, LaunchTime="2026-01-14T12:00:00+00:00"),
    asked(ds.backed_up, UNKNOWN, inventory=[unlisted(ds.SNAPSHOT)]),
    asked(ds.backed_up, SKIP, ds.CONNECTOR),
]

CASES = [*ENCRYPTED, *ADMITTED, *KEPT]
