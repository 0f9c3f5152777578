"""Checks on servers of AWS Transfer Family, their users, connectors and certificates.

Sources: Transfer Family user guide, "Security policies for AWS Transfer Family servers", "... for SFTP connectors",
"Configuring an SFTP, FTPS, or FTP server endpoint"; API reference, "EndpointDetails", "IdentityProviderDetails".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from checks.aws import reached
from checks.aws.document import Statement, parse
from scanner.evaluation.check import check
from scanner.model import (
    Inventory,
    Reason,
    Resource,
    Severity,
    Unread,
    UnreadError,
    Verdict,
    failed,
    passed,
    skipped,
    unknown,
)

SERVER, USER = "aws.transfer.server", "aws.transfer.user"
CONNECTOR, CERTIFICATE = "aws.transfer.connector", "aws.transfer.certificate"
UPDATE = "aws transfer update-server --server-id {name} --region {region} "
UPDATE_CONNECTOR = "aws transfer update-connector --connector-id {name} --region {region} "

FTP, AS2 = "FTP", "AS2"
# Not verified: that a server takes AS2 at port 5080.
PORTS = {"SFTP": (22,), "FTPS": (21,), FTP: (21,), AS2: (5080,)}
POLICY_DATE = re.compile(r"\d{4}-\d{2}$")
# Policies from before take ssh-rsa, which signs with SHA-1. Not verified: whether those called Restricted do as well.
SERVER_SINCE, CONNECTOR_SINCE = "2022-03", "2024-03"
WITH_A_KEY = ("PUBLIC_KEY", "PUBLIC_KEY_AND_PASSWORD")
WEAK_CIPHERS, WEAK_SIGNATURES = ("NONE", "DES_EDE3_CBC"), ("NONE", "SHA1")
READ = "s3:getobject"
OBJECTS = tuple(f"arn:{partition}:s3:::*/*" for partition in ("aws", "aws-cn", "aws-us-gov"))
KEY_AGE = timedelta(days=365)
SOON = timedelta(days=30)

Facts = Mapping[str, Any]


def _protocols(server: Resource) -> list[str]:
    # What a server takes where nobody chose. Source: API reference, CreateServer.
    return [str(each).upper() for each in server["server"].get("Protocols") or ["SFTP"]]


def _endpoint(server: Resource) -> Facts:
    found: Facts = server["server"].get("EndpointDetails") or {}
    return found


def _public(server: Resource) -> bool:
    return str(server["server"].get("EndpointType") or "PUBLIC") == "PUBLIC"


def _current(name: str, since: str) -> Verdict:
    """Pass when the date that ends the *name* of a security policy is *since* or later."""
    date = POLICY_DATE.search(name)
    if not date:
        return unknown(f"the security policy is {name or 'not told'}")
    return (passed if date.group() >= since else failed)(f"the security policy is {name}")


@check(
    f"{SERVER}.no_plain_ftp",
    on=SERVER,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Server does not take FTP without encryption",
    risk="Whoever is on the way reads the passwords and the files.",
    fix=UPDATE + "--protocols SFTP",
)
def no_plain_ftp(server: Resource) -> Verdict:
    protocols = _protocols(server)
    return (failed if FTP in protocols else passed)(f"takes {', '.join(protocols)}")


@check(
    f"{SERVER}.current_algorithms",
    on=SERVER,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Server takes current algorithms only",
    risk="A client that is pushed to an old algorithm sends what can be forged or read.",
    fix=UPDATE + "--security-policy-name TransferSecurityPolicy-2024-01",
)
def current_algorithms(server: Resource) -> Verdict:
    if not {"SFTP", "FTPS"} & set(_protocols(server)):
        return skipped("it takes neither SFTP nor FTPS")
    return _current(str(server["server"].get("SecurityPolicyName") or ""), SERVER_SINCE)


@check(
    f"{SERVER}.no_password_alone",
    on=SERVER,
    control="identity.mfa",
    severity=Severity.LOW,
    title="A password alone opens no session",
    risk="Whoever guesses or phishes a password takes the files.",
    fix=UPDATE + "--identity-provider-details SftpAuthenticationMethods=PUBLIC_KEY_AND_PASSWORD; and no FTP or FTPS",
)
def no_password_alone(server: Resource) -> Verdict:
    told, protocols = server["server"], set(_protocols(server))
    kind = str(told.get("IdentityProviderType") or "SERVICE_MANAGED")
    if protocols == {AS2}:
        return skipped("AS2 knows no users")
    if kind == "SERVICE_MANAGED":
        return passed("users have keys, and no passwords")
    if kind == "AWS_DIRECTORY_SERVICE":
        return failed("users sign in with the passwords of a directory")
    if open_ways := sorted(protocols & {FTP, "FTPS"}):
        return failed(f"{' and '.join(open_ways)} knows passwords only")
    ways = str((told.get("IdentityProviderDetails") or {}).get("SftpAuthenticationMethods") or "PUBLIC_KEY_OR_PASSWORD")
    return (passed if ways in WITH_A_KEY else failed)(f"asks for {ways}")


@check(
    f"{SERVER}.not_public",
    on=SERVER,
    control="network.public_access",
    severity=Severity.LOW,
    title="Server has no public address",
    risk="A key or a password, or the next hole in the protocol, is all that stands between anybody and the files.",
    fix=UPDATE + "--endpoint-type VPC --endpoint-details VpcId=VPC,SubnetIds=SUBNETS, without addresses",
)
def not_public(server: Resource) -> Verdict:
    if _public(server):
        return failed("the endpoint is public")
    addresses = _endpoint(server).get("AddressAllocationIds") or []
    return (
        failed(f"it has the addresses {', '.join(addresses)}")
        if addresses
        else passed("it stands in a VPC, and has no address")
    )


@check(
    f"{SERVER}.closed_to_world",
    on=SERVER,
    control="network.public_access",
    severity=Severity.MEDIUM,
    title="Server lets in the addresses of those who are to use it",
    risk="Anybody may try keys and passwords, and whatever hole becomes known.",
    fix="aws ec2 revoke-security-group-ingress --region {region} on the groups of the endpoint;"
    " a public endpoint has none: move it with update-server --endpoint-type VPC",
)
def closed_to_world(server: Resource, inventory: Inventory) -> Verdict:
    if _public(server):
        return failed("no security group can stand before a public endpoint")
    if not _endpoint(server).get("AddressAllocationIds"):
        return passed("it has no public address")
    told = ((server["server"].get("ProtocolDetails") or {}).get("SftpPorts")) or []
    chosen = {"SFTP": tuple(each["SftpPort"] for each in told)} if told else {}
    ports = {port for name in _protocols(server) for port in (PORTS | chosen).get(name, ())}
    return reached.closed(_groups(server, inventory), ports, server, inventory)


def _groups(server: Resource, inventory: Inventory) -> list[str]:
    """Return the security groups of the server's endpoint: the server itself doesn't tell them. Raises :class:`UnreadError`."""
    name = str(_endpoint(server).get("VpcEndpointId") or "")
    for endpoint in inventory.where("aws.vpc.endpoint", "item.VpcEndpointId", name, region=server.region):
        return [each["GroupId"] for each in endpoint["item"].get("Groups") or []]
    operation = "ec2:DescribeVpcEndpoints"
    raise UnreadError(f"the endpoint {name}", Unread(Reason.UNAVAILABLE, "NotListed", operation, operation))


@check(
    f"{SERVER}.logged",
    on=SERVER,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Server logs who transfers what",
    risk="After a leak nobody can tell who fetched which file, or who tried to.",
    fix=UPDATE + "--structured-log-destinations LOG_GROUP_ARN",
)
def logged(server: Resource) -> Verdict:
    told = server["server"]
    if groups := told.get("StructuredLogDestinations"):
        return passed(f"logs to {', '.join(groups)}")
    return passed("logs with a role of its own") if told.get("LoggingRole") else failed("nothing is logged")


@check(
    f"{SERVER}.multi_zone",
    on=SERVER,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Server goes on when a zone fails",
    risk="The loss of one zone stops all transfers.",
    fix=UPDATE + "--endpoint-details SubnetIds=SUBNETS of several zones",
)
def multi_zone(server: Resource) -> Verdict:
    if _public(server):
        return skipped("AWS chooses where public endpoints stand")
    subnets = _endpoint(server).get("SubnetIds") or []
    if not subnets:
        return skipped("its endpoint is made by itself, and asked as such")
    return (passed if len(subnets) > 1 else failed)(f"stands in {len(subnets)} subnets")


@check(
    f"{USER}.confined",
    on=USER,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="User sees a folder, not the whole store",
    risk="Every user walks through the files of all others, as far as the common role reaches.",
    fix="aws transfer update-user --server-id SERVER --user-name USER --region {region} --home-directory-type LOGICAL"
    " --home-directory-mappings 'Entry=/,Target=/BUCKET/${transfer:UserName}'",
)
def confined(user: Resource) -> Verdict:
    told = user["user"]
    if str(told.get("HomeDirectoryType") or "PATH") == "LOGICAL":
        whole = [each["Target"] for each in told.get("HomeDirectoryMappings") or [] if "/" not in each["Target"].strip("/")]
        return failed(f"sees all of {', '.join(whole)}") if whole else passed("sees what is mapped for it")
    # A server of EFS knows POSIX users, and heeds no policy. Source: API reference, CreateUser.
    if posix := told.get("PosixProfile"):
        return (passed if posix["Uid"] else failed)(f"sees what the POSIX user {posix['Uid']} may")
    if policy := told.get("Policy"):
        return _narrowed(policy)
    return failed("sees as much as its role may")


def _narrowed(policy: str) -> Verdict:
    """Pass unless *policy*, the JSON of a user's own policy, lets every object be read that the role lets."""
    statements = parse(json.loads(policy), principals=False)
    if not any(each.allow and _opens_all(each) for each in statements):
        return passed("a policy of its own narrows its role")
    if any(not each.allow for each in statements):
        return unknown("its own policy allows every object, and what it denies cannot be judged")
    return failed("its own policy allows every object that its role does")


def _opens_all(statement: Statement) -> bool:
    """Tell whether a statement lets all objects be read, but perhaps those that it names as excepted."""
    if statement.tests or not statement.actions.match(READ):
        return False
    return statement.resources.inverted or any(statement.resources.covers(each) for each in OBJECTS)


@check(
    f"{USER}.keys_replaced_yearly",
    on=USER,
    control="identity.credential_age",
    severity=Severity.LOW,
    title="User's keys are less than a year old",
    risk="Keys lie on machines of partners, in backups and scripts; whoever finds one signs in as that user.",
    fix="aws transfer import-ssh-public-key, then delete-ssh-public-key, --server-id SERVER --user-name USER --region {region}",
)
def keys_replaced_yearly(user: Resource, now: datetime) -> Verdict:
    keys = user["user"].get("SshPublicKeys") or []
    if not keys:
        return skipped("it has no key")
    oldest = min(datetime.fromisoformat(each["DateImported"]) for each in keys)
    said = f"the oldest key is of {oldest:%Y-%m-%d}"
    return failed(said) if now - oldest > KEY_AGE else passed(said, until=oldest + KEY_AGE)


@check(
    f"{CONNECTOR}.transfers_logged",
    on=CONNECTOR,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Connector logs what it sends and fetches",
    risk="Nobody can tell which files went to whom, or why they did not.",
    fix=UPDATE_CONNECTOR + "--logging-role ROLE_ARN",
)
def transfers_logged(connector: Resource) -> Verdict:
    role = connector["connector"].get("LoggingRole")
    return passed(f"logs with {role}") if role else failed("nothing is logged")


@check(
    f"{CONNECTOR}.encrypted",
    on=CONNECTOR,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Connector sends encrypted, with current algorithms",
    risk="Whoever is on the way reads or changes the files.",
    fix=UPDATE_CONNECTOR + "--as2-config EncryptionAlgorithm=AES256_CBC; for SFTP,"
    " --security-policy-name TransferSFTPConnectorSecurityPolicy-2024-03",
)
def encrypted(connector: Resource) -> Verdict:
    told = connector["connector"]
    if as2 := told.get("As2Config"):
        cipher, url = str(as2.get("EncryptionAlgorithm") or "NONE"), str(told.get("Url") or "")
        if url.lower().startswith("https:"):
            return passed("sends over HTTPS")
        return (failed if cipher in WEAK_CIPHERS else passed)(f"sends over HTTP, messages encrypted with {cipher}")
    return _current(str(told.get("SecurityPolicyName") or ""), CONNECTOR_SINCE)


@check(
    f"{CONNECTOR}.partner_proven",
    on=CONNECTOR,
    control="identity.peers",
    severity=Severity.MEDIUM,
    title="Connector and its partner prove who they are",
    risk="Files go to, or come from, whoever stands at the partner's address.",
    fix=UPDATE_CONNECTOR + "--sftp-config TrustedHostKeys=KEYS; for AS2, --as2-config SigningAlgorithm=SHA256",
)
def partner_proven(connector: Resource) -> Verdict:
    told = connector["connector"]
    if as2 := told.get("As2Config"):
        way = str(as2.get("SigningAlgorithm") or "NONE")
        return (failed if way in WEAK_SIGNATURES else passed)(f"messages are signed with {way}")
    trusted = (told.get("SftpConfig") or {}).get("TrustedHostKeys") or []
    return passed(f"{len(trusted)} host keys are trusted") if trusted else failed("no host key is named")


@check(
    f"{CERTIFICATE}.not_ending",
    on=CERTIFICATE,
    control="encryption.certificates",
    severity=Severity.MEDIUM,
    title="Certificate of AS2 does not end within thirty days",
    risk="From that day on, messages of the partner are refused, or ours are.",
    fix="aws transfer import-certificate --region {region}, and add it to the profiles that name {name}",
)
def not_ending(certificate: Resource, now: datetime) -> Verdict:
    item = certificate["item"]
    if item.get("Status") == "INACTIVE":
        return skipped("it is not in use any more")
    if not item.get("InactiveDate"):
        return unknown("when it ends was not said")
    end = datetime.fromisoformat(item["InactiveDate"])
    said = f"ends on {end:%Y-%m-%d}"
    return passed(said, until=end - SOON) if end - now > SOON else failed(said)
