"""Cases of instances and templates of Compute Engine."""

from __future__ import annotations

from typing import Any

from checks.gcp import gce
from checks.gcp.firewall_rules import FIREWALL, NETWORK, POLICY
from checks.gcp.lineage import PROJECT
from checks.gcp.machines import SETTINGS
from scanner.model import Resource
from tests.cases import ACCOUNT, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.gcp.cases_vpc_firewalls import attached, below, matching, rule
from tests.checks.gcp.estate import ALONE, HIDDEN
from tests.checks.gcp.links import NET, REGION, ZONE, compute, link

ACCESS = {"type": "ONE_TO_ONE_NAT", "name": "External NAT", "natIP": "203.0.113.7", "networkTier": "PREMIUM"}
NIC = {"name": "nic0", "network": link(NET), "subnetwork": link(f"regions/{REGION}/subnetworks/s"), "networkIP": "10.0.0.2"}
PUBLIC = [{**NIC, "accessConfigs": [ACCESS]}]
DEFAULT = f"{ACCOUNT}-compute@developer.gserviceaccount.com"
OWN = f"web@{ACCOUNT}.iam.gserviceaccount.com"
EVERYTHING = "https://www.googleapis.com/auth/cloud-platform"
NETWORKS = (compute(NETWORK, NET, item={"name": "net"}),)
SECRET = {"$secret": {"hash": "00", "detected": ["Private Key"]}}
PLAIN = {"$secret": {"hash": "00", "detected": []}}


def instance(**fields: Any) -> dict[str, Any]:
    known = {
        "id": "42",
        "name": "vm",
        "status": "RUNNING",
        "machineType": link(f"zones/{ZONE}/machineTypes/n2d-standard-2"),
        "networkInterfaces": [NIC],
        "serviceAccounts": [{"email": OWN, "scopes": [EVERYTHING]}],
        "tags": {"items": ["web"]},
        "scheduling": {"automaticRestart": True, "onHostMaintenance": "MIGRATE", "preemptible": False},
    }
    return {**known, **fields}


def keys(**values: Any) -> dict[str, Any]:
    return {"items": [{"key": name.replace("_", "-"), "value": value} for name, value in values.items()]}


def metadata(**values: Any) -> dict[str, Any]:
    return instance(metadata=keys(**values))


def template(**fields: Any) -> dict[str, Any]:
    return {"name": "template", "properties": instance(**fields)}


def settings(**values: Any) -> Resource:
    return compute(SETTINGS, "", item={"name": ACCOUNT, "commonInstanceMetadata": keys(**values)})


def effective(**values: Any) -> dict[str, Any]:
    return instance(resourceStatus={"effectiveInstanceMetadata": values})


def project(*roles: str, member: str = f"serviceAccount:{OWN}", condition: str = "", above: str = "") -> Resource:
    bindings = [
        {"role": role, "members": [member], **({"condition": {"expression": condition}} if condition else {})} for role in roles
    ]
    inherited = {"bindings": [{"role": above, "members": [member]}]} if above else {}
    return resource(
        PROJECT,
        f"//cloudresourcemanager.googleapis.com/projects/{ACCOUNT}",
        "global",
        ACCOUNT,
        item={"projectId": ACCOUNT, "projectNumber": "123"},
        iam_policy={"bindings": bindings},
        lineage=[{"name": "organizations/1", "iam_policy": inherited, "org_policy": []}],
    )


NODE = {"goog-gke-node": ""}
ACCOUNTS, ACCOUNTS_OF_TEMPLATE = gce.own_service_account
SCOPES, SCOPES_OF_TEMPLATE = gce.scope_narrow
KEYS, KEYS_OF_TEMPLATE = gce.project_keys_blocked
LOGIN, LOGIN_OF_TEMPLATE = gce.os_login
CLEAN, CLEAN_TEMPLATE = gce.metadata_clean
SERIAL, SERIAL_OF_TEMPLATE = gce.serial_port_off
FORWARDING, FORWARDING_OF_TEMPLATE = gce.no_ip_forwarding
ADDRESS, ADDRESS_OF_TEMPLATE = gce.no_public_address
CONFIDENTIAL, CONFIDENTIAL_TEMPLATE = gce.confidential
WINDOWS = [{"boot": True, "guestOsFeatures": [{"type": "WINDOWS"}]}]

CASES = [
    case(ACCOUNTS, PASS, tags={}, item=instance()),
    case(ACCOUNTS, PASS, tags={}, item=instance(serviceAccounts=None)),
    case(ACCOUNTS, FAIL, tags={}, item=instance(serviceAccounts=[{"email": DEFAULT}])),
    case(ACCOUNTS, FAIL, tags={}, item=instance(serviceAccounts=None, serviceAccount=[{"email": DEFAULT}])),
    case(ACCOUNTS, SKIP, tags=NODE, item=instance(serviceAccounts=[{"email": DEFAULT}])),
    case(ACCOUNTS_OF_TEMPLATE, PASS, tags={}, item=template()),
    case(ACCOUNTS_OF_TEMPLATE, FAIL, tags={}, item=template(serviceAccounts=[{"email": DEFAULT}])),
    case(SCOPES, FAIL, tags={}, item=instance(serviceAccounts=[{"email": DEFAULT, "scopes": [EVERYTHING]}])),
    case(
        SCOPES,
        PASS,
        tags={},
        item=instance(serviceAccounts=[{"email": DEFAULT, "scopes": ["https://www.googleapis.com/auth/trace.append"]}]),
    ),
    case(SCOPES, SKIP, tags={}, item=instance()),
    case(SCOPES, SKIP, tags=NODE, item=instance(serviceAccounts=[{"email": DEFAULT, "scopes": [EVERYTHING]}])),
    case(SCOPES_OF_TEMPLATE, FAIL, tags={}, item=template(serviceAccounts=[{"email": DEFAULT, "scopes": [EVERYTHING]}])),
    case(SCOPES_OF_TEMPLATE, PASS, tags={}, item=template(serviceAccounts=[{"email": DEFAULT, "scopes": []}])),
    case(gce.account_not_administrator, PASS, tags={}, item=instance(), inventory=[project("roles/storage.objectViewer")]),
    case(
        gce.account_not_administrator,
        PASS,
        tags={},
        item=instance(),
        inventory=[project("roles/editor", member="user:a@example.com")],
    ),
    case(gce.account_not_administrator, FAIL, tags={}, item=instance(), inventory=[project("roles/editor")]),
    case(gce.account_not_administrator, FAIL, tags={}, item=instance(), inventory=[project(above="roles/owner")]),
    case(
        gce.account_not_administrator,
        UNKNOWN,
        tags={},
        item=instance(),
        inventory=[project("roles/owner", condition="resource.matchTag('1/env', 'dev')")],
    ),
    case(gce.account_not_administrator, SKIP, tags={}, item=instance(serviceAccounts=[]), inventory=[project()]),
    case(gce.account_not_administrator, UNKNOWN, tags={}, item=instance(), inventory=[unlisted(PROJECT)]),
    # SSH keys and OS Login: what the instance says goes before what the project says.
    case(KEYS, PASS, item=metadata(block_project_ssh_keys="true"), inventory=[settings()]),
    case(KEYS, PASS, item=metadata(block_project_ssh_keys="TRUE"), inventory=[settings()]),
    case(KEYS, PASS, item=metadata(), inventory=[settings(enable_oslogin="TRUE")]),
    case(KEYS, FAIL, item=metadata(), inventory=[settings()]),
    case(KEYS, FAIL, item=metadata(block_project_ssh_keys="false"), inventory=[settings()]),
    case(KEYS, FAIL, item=metadata(enable_oslogin="FALSE"), inventory=[settings(enable_oslogin="TRUE")]),
    case(KEYS, PASS, item=effective(blockProjectSshKeysMetadataValue=True)),
    case(KEYS, SKIP, item=instance(disks=WINDOWS)),
    case(KEYS, UNKNOWN, item=metadata(), inventory=[unlisted(SETTINGS)]),
    case(KEYS_OF_TEMPLATE, PASS, item=template(metadata=keys(block_project_ssh_keys="true")), inventory=[settings()]),
    case(KEYS_OF_TEMPLATE, FAIL, item=template(), inventory=[settings()]),
    case(LOGIN, PASS, item=metadata(enable_oslogin="TRUE"), inventory=[settings()]),
    case(LOGIN, PASS, item=metadata(enable_oslogin="y"), inventory=[settings()]),
    case(LOGIN, PASS, item=metadata(), inventory=[settings(enable_oslogin="true")]),
    case(LOGIN, PASS, item=effective(enableOsloginMetadataValue=True)),
    case(LOGIN, FAIL, item=effective(enableOsloginMetadataValue=False), inventory=[settings(enable_oslogin="true")]),
    case(LOGIN, FAIL, item=metadata(enable_oslogin="FALSE"), inventory=[settings(enable_oslogin="true")]),
    case(LOGIN, FAIL, item=metadata(), inventory=[settings()]),
    case(LOGIN, SKIP, item=instance(disks=WINDOWS), inventory=[settings()]),
    case(LOGIN, UNKNOWN, item=metadata(enable_oslogin=PLAIN), inventory=[settings()]),
    case(LOGIN_OF_TEMPLATE, PASS, item=template(), inventory=[settings(enable_oslogin="true")]),
    case(LOGIN_OF_TEMPLATE, FAIL, item=template(), inventory=[settings()]),
    case(gce.os_login_everywhere, PASS, item={"commonInstanceMetadata": keys(enable_oslogin="TRUE")}),
    case(gce.os_login_everywhere, FAIL, item={"commonInstanceMetadata": keys(enable_oslogin="FALSE")}),
    case(gce.os_login_everywhere, FAIL, item={"commonInstanceMetadata": {"fingerprint": "x"}}),
    case(CLEAN, PASS, item=metadata(startup_script=PLAIN, enable_oslogin="TRUE")),
    case(CLEAN, FAIL, item=metadata(startup_script=SECRET)),
    case(CLEAN, FAIL, item=metadata(startup_script="key=[secret: GitHub Token 00ff]")),
    case(CLEAN_TEMPLATE, PASS, item=template()),
    case(CLEAN_TEMPLATE, FAIL, item=template(metadata=keys(user_data=SECRET))),
    case(gce.common_metadata_clean, PASS, item={"commonInstanceMetadata": keys(ssh_keys=PLAIN)}),
    case(gce.common_metadata_clean, FAIL, item={"commonInstanceMetadata": keys(db_password=SECRET)}),
    case(SERIAL, PASS, item=metadata(), inventory=[settings()]),
    case(SERIAL, PASS, item=metadata(serial_port_enable="0"), inventory=[settings(serial_port_enable="1")]),
    case(SERIAL, FAIL, item=metadata(serial_port_enable="1"), inventory=[settings()]),
    case(SERIAL, FAIL, item=metadata(serial_port_enable="TRUE"), inventory=[settings()]),
    case(SERIAL, FAIL, item=metadata(), inventory=[settings(serial_port_enable="true")]),
    case(SERIAL, UNKNOWN, item=metadata(), inventory=[unlisted(SETTINGS)]),
    case(SERIAL_OF_TEMPLATE, PASS, item=template(), inventory=[settings()]),
    case(SERIAL_OF_TEMPLATE, FAIL, item=template(metadata=keys(serial_port_enable="true")), inventory=[settings()]),
    # Network.
    case(FORWARDING, PASS, tags={}, item=instance()),
    case(FORWARDING, PASS, tags={}, item=instance(canIpForward=False)),
    case(FORWARDING, FAIL, tags={}, item=instance(canIpForward=True)),
    case(FORWARDING, SKIP, tags=NODE, item=instance(canIpForward=True)),
    case(FORWARDING_OF_TEMPLATE, PASS, tags={}, item=template()),
    case(FORWARDING_OF_TEMPLATE, FAIL, tags={}, item=template(canIpForward=True)),
    case(ADDRESS, PASS, tags={}, item=instance()),
    case(ADDRESS, FAIL, tags={}, item=instance(networkInterfaces=PUBLIC)),
    case(ADDRESS, FAIL, tags={}, item=instance(networkInterfaces=[{**NIC, "ipv6AccessType": "EXTERNAL"}])),
    case(
        ADDRESS,
        FAIL,
        tags={},
        item=instance(networkInterfaces=None, networkInterface=[{"accessConfig": [{"externalIp": "203.0.113.7"}]}]),
    ),
    case(ADDRESS, SKIP, tags=NODE, item=instance(networkInterfaces=PUBLIC)),
    case(ADDRESS_OF_TEMPLATE, PASS, tags={}, item=template()),
    case(
        ADDRESS_OF_TEMPLATE,
        FAIL,
        tags={},
        item=template(networkInterfaces=[{**NIC, "accessConfigs": [{"type": "ONE_TO_ONE_NAT"}]}]),
    ),
]

PORTS = gce.admin_ports_closed
AT_RISK = instance(networkInterfaces=PUBLIC)
ON_IPV6 = instance(networkInterfaces=[{**NIC, "ipv6AccessConfigs": [{"externalIpv6": "2001:db8::1"}]}])
FOREIGN = instance(networkInterfaces=[{**PUBLIC[0], "network": link(NET, "host-project")}])
BEFORE = compute(NETWORK, NET, item={"name": "net", "networkFirewallPolicyEnforcementOrder": "BEFORE_CLASSIC_FIREWALL"})
WORLD = ["0.0.0.0/0"]

PLACED = [ALONE, *NETWORKS]
SSH, DENIED_SSH = matching("22", srcIpRanges=WORLD), matching("22", action="deny", srcIpRanges=WORLD)
NEXT = matching("22", action="goto_next", priority=1, srcIpRanges=WORLD)
ELSEWHERE = {"targetResources": [link("global/networks/other")]}
SEALED = {"targetSecureTags": [{"name": "tagValues/1", "state": "EFFECTIVE"}]}
FROM_ABOVE = [
    (PASS, below([DENIED_SSH]), [rule("22")]),
    (PASS, below([], [DENIED_SSH]), [rule("22")]),
    (PASS, below([NEXT], [DENIED_SSH]), [rule("22")]),
    (PASS, below([DENIED_SSH], [SSH]), [rule("22")]),
    (PASS, below([DENIED_SSH | {"targetResources": [link(NET)]}]), [rule("22")]),
    (PASS, below([DENIED_SSH | {"targetServiceAccounts": [OWN]}]), [rule("22")]),
    (FAIL, below([SSH], [DENIED_SSH]), []),
    (FAIL, below([], [SSH]), [rule("22", action="denied", priority=1)]),
    (FAIL, below([NEXT, DENIED_SSH]), [rule("22")]),
    (FAIL, below([], []), [rule("22")]),
    (FAIL, below([matching("3389", action="deny", srcIpRanges=WORLD)]), [rule("22")]),
    (FAIL, below([DENIED_SSH | ELSEWHERE]), [rule("22")]),
    (FAIL, below([DENIED_SSH | {"targetServiceAccounts": ["other@p.iam.gserviceaccount.com"]}]), [rule("22")]),
    (FAIL, below([DENIED_SSH | {"disabled": True}]), [rule("22")]),
    # What secure tags a machine has, and what is behind a name, is not told.
    (UNKNOWN, below([DENIED_SSH | SEALED]), [rule("22")]),
    (UNKNOWN, below([SSH | SEALED]), []),
    (UNKNOWN, below([matching("22", srcFqdns=["example.com"])]), []),
    (PASS, below([SSH | SEALED | {"priority": 2000}, DENIED_SSH]), []),
    (FAIL, below([SSH, DENIED_SSH | SEALED | {"priority": 2000}]), []),
]

CASES += [
    case(PORTS, FAIL, region=ZONE, item=AT_RISK, inventory=[*PLACED, rule("22")]),
    case(PORTS, FAIL, region=ZONE, item=AT_RISK, inventory=[*PLACED, rule("22", targetTags=["web"])]),
    case(PORTS, FAIL, region=ZONE, item=AT_RISK, inventory=[*PLACED, rule("3389", targetServiceAccounts=[OWN])]),
    case(
        PORTS,
        FAIL,
        region=ZONE,
        item=AT_RISK,
        inventory=[
            *PLACED,
            rule("22", name="a", sourceRanges=["0.0.0.0/1"]),
            rule("22", name="b", sourceRanges=["128.0.0.0/1"]),
        ],
    ),
    case(PORTS, FAIL, region=ZONE, item=AT_RISK, inventory=[*PLACED, attached(matching("22", srcIpRanges=WORLD))]),
    case(
        PORTS,
        FAIL,
        region=ZONE,
        item=AT_RISK,
        inventory=[*PLACED, rule("22"), attached(matching("22", action="deny", srcIpRanges=WORLD))],
    ),
    case(PORTS, FAIL, region=ZONE, item=ON_IPV6, inventory=[*PLACED, rule("22", sourceRanges=["::/0"])]),
    case(PORTS, PASS, region=ZONE, item=ON_IPV6, inventory=[*PLACED, rule("22")]),
    case(PORTS, PASS, region=ZONE, item=AT_RISK, inventory=[*PLACED]),
    case(PORTS, PASS, region=ZONE, item=AT_RISK, inventory=[*PLACED, rule("22", targetTags=["other"])]),
    case(PORTS, PASS, region=ZONE, item=AT_RISK, inventory=[*PLACED, rule("22", sourceRanges=["35.235.240.0/20"])]),
    case(
        PORTS,
        PASS,
        region=ZONE,
        item=AT_RISK,
        inventory=[*PLACED, rule("22"), rule("22", name="no", action="denied", priority=900)],
    ),
    case(
        PORTS,
        PASS,
        region=ZONE,
        item=AT_RISK,
        inventory=[*PLACED, rule("22"), rule(name="no", protocol="all", action="denied", priority=1, targetTags=["web"])],
    ),
    case(
        PORTS,
        PASS,
        region=ZONE,
        item=AT_RISK,
        inventory=[ALONE, BEFORE, rule("22"), attached(matching("22", action="deny", srcIpRanges=WORLD))],
    ),
    case(
        PORTS,
        FAIL,
        region=ZONE,
        item=AT_RISK,
        inventory=[ALONE, BEFORE, rule("22"), attached(matching("22", action="goto_next", srcIpRanges=WORLD))],
    ),
    case(PORTS, PASS, region=ZONE, item=AT_RISK, inventory=[*PLACED, rule("22", network=link("global/networks/x"))]),
    # What folders and the organization decide before anybody asks the project.
    *(
        case(PORTS, outcome, region=ZONE, item=AT_RISK, inventory=[above, *NETWORKS, *own])
        for outcome, above, own in FROM_ABOVE
    ),
    case(PORTS, UNKNOWN, region=ZONE, item=AT_RISK, inventory=[HIDDEN, *NETWORKS]),
    case(PORTS, UNKNOWN, region=ZONE, item=AT_RISK, inventory=[below(None), *NETWORKS, rule("22")]),
    case(PORTS, UNKNOWN, region=ZONE, item=AT_RISK, inventory=[*NETWORKS]),
    case(PORTS, PASS, region=ZONE, item=instance(), inventory=[*PLACED, rule("22")]),
    case(PORTS, UNKNOWN, region=ZONE, item=FOREIGN, inventory=[*PLACED]),
    case(PORTS, UNKNOWN, region=ZONE, item=AT_RISK, inventory=[*PLACED, unlisted(FIREWALL)]),
    case(PORTS, UNKNOWN, region=ZONE, item=AT_RISK, inventory=[*PLACED, unlisted(POLICY)]),
]


def subnet(**fields: Any) -> Resource:
    return compute("gcp.vpc.subnetwork", f"regions/{REGION}/subnetworks/s", REGION, item={"purpose": "PRIVATE", **fields})


STATEFUL = [
    {"boot": True, "autoDelete": True, "source": link("d/a"), "type": "PERSISTENT"},
    {"autoDelete": True, "source": link("d/b"), "type": "PERSISTENT"},
]
KEPT = [
    {"boot": True, "autoDelete": False, "source": link("d/a")},
    {"autoDelete": False, "source": link("d/b"), "type": "PERSISTENT"},
]
GROUPED = keys(created_by=f"projects/123/zones/{ZONE}/instanceGroupManagers/group")
STOPPED = {"status": "TERMINATED", "lastStopTimestamp": "2026-01-02T03:04:05.678-08:00"}

CASES += [
    case(gce.flows_logged, PASS, item=instance(), inventory=[subnet(logConfig={"enable": True})]),
    case(gce.flows_logged, FAIL, item=instance(), inventory=[subnet()]),
    case(gce.flows_logged, UNKNOWN, item=instance()),
    case(
        gce.flows_logged,
        UNKNOWN,
        item=instance(networkInterfaces=[{"subnetwork": link("regions/r/subnetworks/s", "host-project")}]),
    ),
    case(gce.flows_logged, SKIP, item=instance(networkInterfaces=[])),
    case(CONFIDENTIAL, PASS, tags={}, item=instance(confidentialInstanceConfig={"enableConfidentialCompute": True})),
    case(CONFIDENTIAL, PASS, tags={}, item=instance(confidentialInstanceConfig={"confidentialInstanceType": "SEV_SNP"})),
    case(CONFIDENTIAL, FAIL, tags={}, item=instance()),
    case(CONFIDENTIAL, FAIL, tags={}, item=instance(confidentialInstanceConfig={"enableConfidentialCompute": False})),
    case(CONFIDENTIAL, SKIP, tags={}, item=instance(machineType=link("zones/z/machineTypes/e2-medium"))),
    case(CONFIDENTIAL_TEMPLATE, PASS, tags={}, item=template(confidentialInstanceConfig={"enableConfidentialCompute": True})),
    case(CONFIDENTIAL_TEMPLATE, FAIL, tags={}, item=template(machineType="n2d-standard-2")),
    case(gce.system_disk_ends_with_it, PASS, item=instance(disks=STATEFUL)),
    case(gce.system_disk_ends_with_it, FAIL, item=instance(disks=KEPT)),
    case(gce.system_disk_ends_with_it, SKIP, item=instance()),
    case(gce.data_disks_survive, PASS, tags={}, item=instance(disks=KEPT)),
    case(gce.data_disks_survive, FAIL, tags={}, item=instance(disks=STATEFUL)),
    case(gce.data_disks_survive, SKIP, tags={}, item=instance(disks=STATEFUL, metadata=GROUPED)),
    case(gce.data_disks_survive, SKIP, tags={}, item=instance(disks=STATEFUL[:1])),
    case(gce.deletion_protected, PASS, tags={}, item=instance(deletionProtection=True)),
    case(gce.deletion_protected, FAIL, tags={}, item=instance(deletionProtection=False)),
    case(gce.deletion_protected, FAIL, tags={}, item=instance()),
    case(gce.deletion_protected, SKIP, tags={}, item=instance(metadata=GROUPED)),
    case(gce.deletion_protected, SKIP, tags=NODE, item=instance()),
    case(gce.recovers, PASS, tags={}, item=instance()),
    case(gce.recovers, PASS, tags={}, item=instance(metadata=GROUPED, scheduling={"automaticRestart": False})),
    case(gce.recovers, FAIL, tags={}, item=instance(scheduling={"automaticRestart": False})),
    case(gce.recovers, SKIP, tags={}, item=instance(scheduling={"automaticRestart": False, "provisioningModel": "SPOT"})),
    case(gce.not_left_stopped, PASS, item=instance(status="TERMINATED", lastStopTimestamp="2026-05-02T03:04:05.678-08:00")),
    case(gce.not_left_stopped, FAIL, item=instance(**STOPPED)),
    case(gce.not_left_stopped, SKIP, item=instance()),
    case(gce.not_left_stopped, UNKNOWN, item=instance(status="TERMINATED")),
]
