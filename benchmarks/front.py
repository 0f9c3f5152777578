"""A front that answers like AWS and costs next to nothing: pages of thousands of things, made as they are asked for.

    python -m benchmarks.front --resources 100000      # what one bulk listing after the other returns
    python -m benchmarks.front --buckets 1000 --latency 0.02

It keeps no state, knows a handful of listings, and answers everything else with an empty document, which says that nothing
is there. Prints where it listens and the environment in which a process sees it, as one line of JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote

ACCOUNT, REGION = "111111111111", "eu-west-1"
SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")
HEAD = b"\r\n\r\n"
LENGTH = re.compile(r"\r\ncontent-length: *(\d+)", re.IGNORECASE)
XML, JSON = "text/xml", "application/x-amz-json-1.1"
Answer = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """One call: its operation where the wire names it, else empty; its parameters where they are a form, JSON or a query."""

    service: str
    operation: str
    path: str
    given: Mapping[str, str]


def parsed(head: str, body: str) -> Request:
    line, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
    method, target, _ = line.split(" ")
    path, _, query = target.partition("?")
    signed = SERVICE.search(headers.get("authorization", ""))
    service = signed[1] if signed else ""
    if "x-amz-target" in headers:
        return Request(service, headers["x-amz-target"].rpartition(".")[2], path, json.loads(body or "{}"))
    given = dict(parse_qsl(body if method == "POST" else query, keep_blank_values=True))
    return Request(service, given.get("Action", ""), path, given)


# ---- things: each listing makes the one with a number -----------------------------------------------------------------


def tags(number: int) -> str:
    pairs = {"Name": f"thing-{number}", "owner": f"team-{number % 40}", "environment": "production"}
    return "".join(f"<item><key>{name}</key><value>{value}</value></item>" for name, value in pairs.items())


def interface(number: int) -> str:
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return (
        f"<networkInterfaceId>eni-{number:017x}</networkInterfaceId><subnetId>subnet-{number % 300:017x}</subnetId>"
        f"<vpcId>vpc-{number % 20:017x}</vpcId><availabilityZone>{REGION}a</availabilityZone><ownerId>{ACCOUNT}</ownerId>"
        f"<description>interface {number} of a service</description><requesterManaged>false</requesterManaged>"
        f"<status>in-use</status><macAddress>02:00:00:00:00:00</macAddress><privateIpAddress>{address}</privateIpAddress>"
        f"<interfaceType>interface</interfaceType><sourceDestCheck>true</sourceDestCheck><groupSet><item>"
        f"<groupId>sg-{number % 10_000:017x}</groupId><groupName>group-{number % 10_000}</groupName></item></groupSet>"
        f"<attachment><attachmentId>eni-attach-{number:017x}</attachmentId><instanceId>i-{number:017x}</instanceId>"
        f"<deviceIndex>0</deviceIndex><status>attached</status><deleteOnTermination>true</deleteOnTermination></attachment>"
        f"<privateIpAddressesSet><item><privateIpAddress>{address}</privateIpAddress><primary>true</primary></item>"
        f"</privateIpAddressesSet><tagSet>{tags(number)}</tagSet>"
    )


def volume(number: int) -> str:
    return (
        f"<volumeId>vol-{number:017x}</volumeId><size>100</size><snapshotId>snap-{number:017x}</snapshotId>"
        f"<availabilityZone>{REGION}a</availabilityZone><status>in-use</status><createTime>2026-01-01T00:00:00.000Z</createTime>"
        f"<volumeType>gp3</volumeType><encrypted>{'true' if number % 5 else 'false'}</encrypted><iops>3000</iops>"
        f"<attachmentSet><item><volumeId>vol-{number:017x}</volumeId><instanceId>i-{number:017x}</instanceId>"
        f"<device>/dev/xvda</device><status>attached</status><deleteOnTermination>true</deleteOnTermination></item>"
        f"</attachmentSet><multiAttachEnabled>false</multiAttachEnabled><tagSet>{tags(number)}</tagSet>"
    )


def snapshot(number: int) -> str:
    return (
        f"<snapshotId>snap-{number:017x}</snapshotId><volumeId>vol-{number:017x}</volumeId><status>completed</status>"
        f"<startTime>2026-01-01T00:00:00.000Z</startTime><progress>100%</progress><ownerId>{ACCOUNT}</ownerId>"
        f"<volumeSize>100</volumeSize><description>made by a policy for volume {number}</description>"
        f"<encrypted>{'true' if number % 5 else 'false'}</encrypted><storageTier>standard</storageTier>"
        f"<tagSet>{tags(number)}</tagSet>"
    )


def group(number: int) -> str:
    block = "0.0.0.0/0" if number % 50 == 0 else "10.0.0.0/8"
    return (
        f"<ownerId>{ACCOUNT}</ownerId><groupId>sg-{number:017x}</groupId><groupName>group-{number}</groupName>"
        f"<groupDescription>rules of service {number}</groupDescription><vpcId>vpc-{number % 20:017x}</vpcId>"
        f"<ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443</toPort><groups/><ipRanges>"
        f"<item><cidrIp>{block}</cidrIp><description>callers</description></item></ipRanges></item></ipPermissions>"
        f"<ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><groups/><ipRanges><item><cidrIp>10.0.0.0/8</cidrIp></item>"
        f"</ipRanges></item></ipPermissionsEgress><tagSet>{tags(number)}</tagSet>"
    )


def role(number: int) -> str:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    rights = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": f"arn:aws:s3:::bucket-{number}/*"}
    trusting, granting = (quote(json.dumps({"Version": "2012-10-17", "Statement": [each]})) for each in (trust, rights))
    return (
        f"<Path>/</Path><RoleName>role-{number}</RoleName><RoleId>AROA{number:017}</RoleId>"
        f"<Arn>arn:aws:iam::{ACCOUNT}:role/role-{number}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>"
        f"<AssumeRolePolicyDocument>{trusting}</AssumeRolePolicyDocument><InstanceProfileList/><RolePolicyList><member>"
        f"<PolicyName>own</PolicyName><PolicyDocument>{granting}</PolicyDocument></member></RolePolicyList>"
        f"<AttachedManagedPolicies/><Tags/><RoleLastUsed/>"
    )


def log_group(number: int) -> dict[str, object]:
    name = f"/aws/lambda/function-{number}"
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"
    stored = {"creationTime": 1767225600000, "metricFilterCount": 0, "storedBytes": number, "logGroupClass": "STANDARD"}
    return {"logGroupName": name, "arn": f"{arn}:*", "logGroupArn": arn, "retentionInDays": 90, **stored}


# ---- pages ------------------------------------------------------------------------------------------------------------


def numbers(given: str, size: int, total: int) -> tuple[range, str]:
    """Return the numbers on the page that the token *given* asks for, and the next token."""
    start = int(given or 0)
    end = min(start + size, total)
    return range(start, end), str(end) if end < total else ""


def described(element: str, make: Callable[[int], str], total: int) -> Callable[[Request], Answer]:
    """Return what answers a listing of EC2."""

    def answer(request: Request) -> Answer:
        page, token = numbers(request.given.get("NextToken", ""), int(request.given.get("MaxResults", 1000)), total)
        rows = "".join(f"<item>{make(number)}</item>" for number in page)
        more = f"<nextToken>{token}</nextToken>" if token else ""
        name = f"{request.operation}Response"
        return 200, XML, f"<{name}><requestId>0</requestId><{element}>{rows}</{element}>{more}</{name}>"

    return answer


def authorized(total: int) -> Callable[[Request], Answer]:
    """Return what answers GetAccountAuthorizationDetails: roles, and nothing else."""

    def answer(request: Request) -> Answer:
        listed = total if request.given.get("Filter.member.1") == "Role" else 0
        page, token = numbers(request.given.get("Marker", ""), int(request.given.get("MaxItems", 100)), listed)
        rows = "".join(f"<member>{role(number)}</member>" for number in page)
        more = f"<IsTruncated>{'true' if token else 'false'}</IsTruncated>" + (f"<Marker>{token}</Marker>" if token else "")
        return 200, XML, _result(request.operation, f"<RoleDetailList>{rows}</RoleDetailList>{more}")

    return answer


def logged(total: int) -> Callable[[Request], Answer]:
    """Return what answers DescribeLogGroups."""

    def answer(request: Request) -> Answer:
        page, token = numbers(request.given.get("nextToken", ""), int(request.given.get("limit", 50)), total)
        more = {"nextToken": token} if token else {}
        return 200, JSON, json.dumps({"logGroups": [log_group(number) for number in page], **more})

    return answer


def _result(operation: str, inner: str) -> str:
    return f"<{operation}Response><{operation}Result>{inner}</{operation}Result></{operation}Response>"


def constant(kind: str, body: str) -> Callable[[Request], Answer]:
    return lambda _: (200, kind, body)


def answers(resources: int) -> Mapping[str, Callable[[Request], Answer]]:
    """Return the operations that have something to say; *resources* in all, shared out as large accounts have them."""
    identity = f"<Arn>arn:aws:iam::{ACCOUNT}:root</Arn><UserId>{ACCOUNT}</UserId><Account>{ACCOUNT}</Account>"
    enabled = f"<regionInfo><item><regionName>{REGION}</regionName></item></regionInfo>"
    report = "<State>COMPLETE</State><GeneratedTime>2026-01-01T00:00:00Z</GeneratedTime><Content>dXNlcixhcm4K</Content>"
    part = resources // 100
    return {
        "GetCallerIdentity": constant(XML, _result("GetCallerIdentity", identity)),
        "DescribeRegions": constant(XML, f"<DescribeRegionsResponse>{enabled}</DescribeRegionsResponse>"),
        "GenerateCredentialReport": constant(XML, _result("GenerateCredentialReport", report)),
        "GetCredentialReport": constant(XML, _result("GetCredentialReport", report)),
        "DescribeNetworkInterfaces": described("networkInterfaceSet", interface, 30 * part),
        "DescribeVolumes": described("volumeSet", volume, 25 * part),
        "DescribeSnapshots": described("snapshotSet", snapshot, 25 * part),
        "DescribeSecurityGroups": described("securityGroupInfo", group, 10 * part),
        "GetAccountAuthorizationDetails": authorized(5 * part),
        "DescribeLogGroups": logged(5 * part),
    }


# ---- buckets ----------------------------------------------------------------------------------------------------------

BLOCKED = "".join(
    f"<{name}>true</{name}>" for name in ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
)
OWNER = "<Owner><ID>0123456789abcdef</ID></Owner>"
ENCRYPTED = (
    "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>"
)
OWNED = "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>"
OF_BUCKETS = {
    "publicAccessBlock": f"<PublicAccessBlockConfiguration>{BLOCKED}</PublicAccessBlockConfiguration>",
    "acl": f"<AccessControlPolicy>{OWNER}<AccessControlList/></AccessControlPolicy>",
    "encryption": f"<ServerSideEncryptionConfiguration>{ENCRYPTED}</ServerSideEncryptionConfiguration>",
    "versioning": "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    "logging": "<BucketLoggingStatus/>",
    "ownershipControls": f"<OwnershipControls>{OWNED}</OwnershipControls>",
}
ABSENT = {
    "policy": "NoSuchBucketPolicy",
    "lifecycle": "NoSuchLifecycleConfiguration",
    "object-lock": "ObjectLockConfigurationNotFoundError",
    "tagging": "NoSuchTagSet",
    "replication": "ReplicationConfigurationNotFoundError",
}


def stored(request: Request, buckets: int) -> Answer:
    """Answer for S3: the listing, and the settings of one bucket."""
    if request.path == "/":
        page, token = numbers(
            request.given.get("continuation-token", ""), int(request.given.get("max-buckets", 10_000)), buckets
        )
        rows = "".join(f"<Bucket><Name>bucket-{number}</Name><BucketRegion>{REGION}</BucketRegion></Bucket>" for number in page)
        more = f"<ContinuationToken>{token}</ContinuationToken>" if token else ""
        return 200, XML, f"<ListAllMyBucketsResult>{OWNER}<Buckets>{rows}</Buckets>{more}</ListAllMyBucketsResult>"
    for name, code in ABSENT.items():
        if name in request.given:
            return 404, XML, f"<Error><Code>{code}</Code><Message>there is none</Message></Error>"
    return 200, XML, next((body for name, body in OF_BUCKETS.items() if name in request.given), "<Nothing/>")


# ---- the wire ---------------------------------------------------------------------------------------------------------


class Front:
    """Answers requests, each *latency* seconds after it came."""

    def __init__(self, resources: int, buckets: int, latency: float) -> None:
        self._answers = answers(resources)
        self._buckets = buckets
        self._latency = latency

    def answer(self, request: Request) -> Answer:
        if request.operation in self._answers:
            return self._answers[request.operation](request)
        if request.service == "s3" and "/v20180820/" not in request.path:
            return stored(request, self._buckets)
        if request.service == "securityhub":
            return 401, JSON, '{"__type": "InvalidAccessException", "message": "Account is not subscribed to AWS Security Hub"}'
        if request.operation and "Version" in request.given:
            return 200, XML, _result(request.operation, "")
        return (200, XML, "<Nothing/>") if request.service == "s3" else (200, JSON, "{}")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(HEAD)).decode("latin-1").removesuffix("\r\n\r\n")
                length = LENGTH.search(head)
                body = await reader.readexactly(int(length[1])) if length else b""
                status, kind, text = self.answer(parsed(head, body.decode()))
                if self._latency:
                    await asyncio.sleep(self._latency)
                content = text.encode()
                about = f"Content-Type: {kind}\r\nContent-Length: {len(content)}"
                writer.write(f"HTTP/1.1 {status} Answer\r\n{about}\r\n\r\n".encode() + content)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def listen(front: Front) -> None:
    server = await asyncio.start_server(front.serve, "127.0.0.1", 0)
    endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    environment = {
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLEEXAMPLE00",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nowhere",
        "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
    }
    print(json.dumps({"endpoint": endpoint, "environment": environment}), flush=True)
    await server.serve_forever()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.front", description="A front that answers like AWS.")
    parser.add_argument("--resources", type=int, default=0, help="things that bulk listings return, in all")
    parser.add_argument("--buckets", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))  # there is nothing to save, and nobody to tell
    asyncio.run(listen(Front(given.resources, given.buckets, given.latency)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
