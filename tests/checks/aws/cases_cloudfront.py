from typing import Any

from checks.aws import cloudfront
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted

ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
HOME = "us-east-1"
BUCKET = {"Id": "files", "DomainName": "files.s3.eu-west-1.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
BALANCER_NAME = "site.eu-west-1.elb.amazonaws.com"


def behavior(policy: str = "redirect-to-https", target: str = "files", **more: Any) -> dict[str, Any]:
    return {"TargetOriginId": target, "ViewerProtocolPolicy": policy, **more}


def item(default: dict[str, Any] | None = None, *more: dict[str, Any], **given: Any) -> dict[str, Any]:
    others = {"Quantity": len(more), **({"Items": list(more)} if more else {})}
    row = {"Enabled": True, "DefaultCacheBehavior": default or behavior(), "CacheBehaviors": others}
    return {**row, "Origins": {"Quantity": 1, "Items": [BUCKET]}, **given}


def origins(*given: dict[str, Any]) -> dict[str, Any]:
    return {"Quantity": len(given), "Items": list(given)}


def custom(policy: str, *protocols: str, name: str = BALANCER_NAME) -> dict[str, Any]:
    config = {"OriginProtocolPolicy": policy, "OriginSslProtocols": {"Quantity": len(protocols), "Items": list(protocols)}}
    return {"Id": "app", "DomainName": name, "CustomOriginConfig": config}


def balancer(scheme: str = "internet-facing") -> Resource:
    row = {"Scheme": scheme, "DNSName": BALANCER_NAME, "SecurityGroups": ["sg-1"], "Type": "application"}
    return resource("aws.elb.load_balancer", "lb", item=row)


def group(*cidrs: str) -> Resource:
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": each} for each in cidrs]}
    return resource("aws.vpc.security_group", "sg", item={"GroupId": "sg-1", "IpPermissions": [rule]})


LISTENER = resource("aws.elb.listener", item={"LoadBalancerArn": "lb", "Protocol": "HTTPS", "Port": 443})
FUNCTION = custom("https-only", "TLSv1.2", name="abc.lambda-url.eu-west-1.on.aws")
OFF = item(behavior("allow-all"), Enabled=False)
BEHIND = {"Origins": origins(custom("https-only", "TLSv1.2"))}
SOURCE = resource("aws.logs.delivery_source", region=HOME, item={"name": "s", "resourceArns": [ARN], "logType": "ACCESS_LOGS"})
DELIVERY = resource("aws.logs.delivery", "d", region=HOME, item={"deliverySourceName": "s"})
QUIET = {"Logging": {"Enabled": False, "Bucket": ""}}


def certificate(**given: Any) -> dict[str, Any]:
    return item(ViewerCertificate=given)


def mutual(mode: str, **store: Any) -> dict[str, Any]:
    return item(ViewerMtlsConfig={"Mode": mode, "TrustStoreConfig": {"TrustStoreId": "ts", **store}})


CASES = [
    case(cloudfront.viewers_encrypted, PASS, item=item()),
    case(cloudfront.viewers_encrypted, PASS, item=item(behavior("https-only"))),
    case(cloudfront.viewers_encrypted, FAIL, item=item(behavior("allow-all"))),
    case(cloudfront.viewers_encrypted, FAIL, item=item(behavior(), behavior("allow-all", PathPattern="/api/*"))),
    case(cloudfront.viewers_encrypted, SKIP, item=OFF),
    case(cloudfront.tls_current, PASS, item=certificate(ACMCertificateArn="arn", MinimumProtocolVersion="TLSv1.2_2021")),
    case(cloudfront.tls_current, PASS, item=certificate(ACMCertificateArn="arn", MinimumProtocolVersion="TLSv1.3_2025")),
    case(cloudfront.tls_current, FAIL, item=certificate(ACMCertificateArn="arn", MinimumProtocolVersion="TLSv1.1_2016")),
    case(cloudfront.tls_current, FAIL, item=certificate(CloudFrontDefaultCertificate=True, MinimumProtocolVersion="TLSv1")),
    case(cloudfront.origins_encrypted, PASS, item=item(**BEHIND)),
    case(cloudfront.origins_encrypted, PASS, item=item(Origins=origins(custom("match-viewer", "TLSv1.2")))),
    case(cloudfront.origins_encrypted, FAIL, item=item(Origins=origins(custom("http-only")))),
    case(cloudfront.origins_encrypted, FAIL, item=item(Origins=origins(custom("https-only", "TLSv1", "TLSv1.2")))),
    case(
        cloudfront.origins_encrypted,
        FAIL,
        item=item(behavior("allow-all", "app"), Origins=origins(custom("match-viewer", "TLSv1.2"))),
    ),
    case(cloudfront.origins_encrypted, SKIP, item=item()),
    case(cloudfront.signers_are_keys, PASS, item=item(behavior(TrustedKeyGroups={"Enabled": True}))),
    case(cloudfront.signers_are_keys, FAIL, item=item(behavior(TrustedSigners={"Enabled": True}))),
    case(cloudfront.signers_are_keys, SKIP, item=item(behavior(TrustedSigners={"Enabled": False}))),
    case(cloudfront.clients_valid, PASS, item=mutual("required")),
    case(cloudfront.clients_valid, FAIL, item=mutual("optional", IgnoreCertificateExpiry=True)),
    case(cloudfront.clients_valid, SKIP, item=item()),
    case(cloudfront.signs_to_buckets, PASS, item=item(Origins=origins({**BUCKET, "OriginAccessControlId": "E2"}))),
    case(
        cloudfront.signs_to_buckets,
        PASS,
        item=item(Origins=origins({**BUCKET, "S3OriginConfig": {"OriginAccessIdentity": "origin-access-identity/c"}})),
    ),
    case(cloudfront.signs_to_buckets, FAIL, item=item()),
    case(cloudfront.signs_to_buckets, FAIL, item=item(Origins=origins({**BUCKET, "OriginAccessControlId": ""}))),
    case(cloudfront.signs_to_buckets, SKIP, item=item(**BEHIND)),
    case(cloudfront.signs_to_functions, PASS, item=item(Origins=origins({**FUNCTION, "OriginAccessControlId": "E2"}))),
    case(cloudfront.signs_to_functions, FAIL, item=item(Origins=origins(FUNCTION))),
    case(cloudfront.signs_to_functions, SKIP, item=item()),
    case(cloudfront.no_way_around, PASS, item=item(**BEHIND), inventory=[balancer(), LISTENER, group("10.0.0.0/8")]),
    case(cloudfront.no_way_around, PASS, item=item(**BEHIND), inventory=[balancer("internal")]),
    case(cloudfront.no_way_around, FAIL, item=item(**BEHIND), inventory=[balancer(), LISTENER, group("0.0.0.0/0")]),
    case(
        cloudfront.no_way_around,
        FAIL,
        item=item(Origins=origins(custom("http-only", name="files.s3-website-us-east-1.amazonaws.com"))),
    ),
    case(cloudfront.no_way_around, SKIP, item=item(**BEHIND)),
    case(cloudfront.no_way_around, UNKNOWN, item=item(**BEHIND), inventory=[unlisted("aws.elb.load_balancer")]),
    case(cloudfront.web_firewall, PASS, item=item(WebACLId="arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1")),
    case(cloudfront.web_firewall, FAIL, item=item(WebACLId="")),
    case(cloudfront.web_firewall, SKIP, item=OFF),
    case(cloudfront.root_object, PASS, item=item(), config={"DefaultRootObject": "index.html"}),
    case(cloudfront.root_object, FAIL, item=item(), config={"DefaultRootObject": ""}),
    case(cloudfront.root_object, SKIP, item=item(behavior(target="app")), config={"DefaultRootObject": ""}),
    case(cloudfront.root_object, UNKNOWN, item=item(), config=DENIED),
    case(cloudfront.access_logged, PASS, item=item(), config={"Logging": {"Enabled": True, "Bucket": "b.s3.amazonaws.com"}}),
    case(cloudfront.access_logged, PASS, item=item(behavior(RealtimeLogConfigArn="arn")), config=QUIET),
    case(cloudfront.access_logged, PASS, id=ARN, item=item(), config=QUIET, inventory=[SOURCE, DELIVERY]),
    case(cloudfront.access_logged, FAIL, id=ARN, item=item(), config=QUIET, inventory=[SOURCE]),
    case(
        cloudfront.access_logged,
        FAIL,
        id=ARN,
        item=item(behavior(RealtimeLogConfigArn="arn"), behavior(PathPattern="/x")),
        config=QUIET,
    ),
    case(cloudfront.access_logged, UNKNOWN, item=item(), config=DENIED),
    case(cloudfront.second_origin, PASS, item=item(behavior(target="g"), OriginGroups={"Quantity": 1, "Items": [{"Id": "g"}]})),
    case(cloudfront.second_origin, FAIL, item=item(OriginGroups={"Quantity": 0})),
    case(cloudfront.served_by_name, PASS, item=item(ViewerCertificate={"SSLSupportMethod": "sni-only"})),
    case(cloudfront.served_by_name, FAIL, item=item(ViewerCertificate={"SSLSupportMethod": "vip"})),
    case(cloudfront.served_by_name, SKIP, item=item(ViewerCertificate={"CloudFrontDefaultCertificate": True})),
    case(cloudfront.served_by_name, SKIP, item=item(Enabled=False, ViewerCertificate={"SSLSupportMethod": "vip"})),
]
