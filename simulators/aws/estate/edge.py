"""What stands between the world and an account: distributions, zones, certificates, APIs."""

from __future__ import annotations

import json
from typing import Any

from simulators.aws.estate.place import HOSTILE, Place, ago, document, tags

NAME = "example.com"
STRONG, WEAK = "TLSv1.2_2021", "TLSv1"


def fronts(place: Place, scale: int) -> None:
    """Make distributions and zones, which belong to no region: careful ones, and bare ones."""
    for number in range(scale):
        _distributions(place, number)
        _zones(place, number)
    # The first that fits is told, so what holds for all comes last.
    place.tell_everywhere("route53:GetDNSSEC", {"Status": {"ServeSignature": "NOT_SIGNING"}, "KeySigningKeys": []})


def _distributions(place: Place, number: int) -> None:
    cloudfront = place.client("cloudfront")
    bucket: dict[str, Any] = {"Id": "files", "DomainName": f"site-{number}.s3.eu-west-1.amazonaws.com", "OriginPath": ""}
    bucket |= {
        "CustomHeaders": {"Quantity": 0},
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "OriginAccessControlId": "E1OAC",
    }
    app: dict[str, Any] = {"Id": "app", "DomainName": "app.example.com", "OriginPath": "", "CustomHeaders": {"Quantity": 0}}
    app["CustomOriginConfig"] = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}
    app["CustomOriginConfig"]["OriginSslProtocols"] = {"Quantity": 1, "Items": ["TLSv1.2"]}
    arn = f"arn:aws:acm:us-east-1:{place.account}:certificate/site"
    good = {
        "WebACLId": f"arn:aws:wafv2:us-east-1:{place.account}:global/webacl/site/1",
        "DefaultRootObject": "index.html",
        "ViewerCertificate": {"ACMCertificateArn": arn, "SSLSupportMethod": "sni-only", "MinimumProtocolVersion": STRONG},
        "Logging": {"Enabled": True, "IncludeCookies": False, "Bucket": "logs.s3.amazonaws.com", "Prefix": ""},
    }
    for name, origin, policy, more in (
        ("site", bucket, "redirect-to-https", good if place.careful else {}),
        ("app", app, "allow-all", {}),
    ):
        behavior = {"TargetOriginId": origin["Id"], "ViewerProtocolPolicy": policy}
        config = {"CallerReference": f"{name}-{number}", "Comment": HOSTILE["markup"], "Enabled": True, **more}
        config |= {"Origins": {"Quantity": 1, "Items": [origin]}, "DefaultCacheBehavior": behavior}
        owner = tags(owner="team-a") if name == "site" else tags(note=HOSTILE["formula"])
        given = {"DistributionConfig": config, "Tags": {"Items": owner}}
        cloudfront.create_distribution_with_tags(DistributionConfigWithTags=given)


def _zones(place: Place, number: int) -> None:
    route53 = place.client("route53")
    name = f"site-{number}.{place.account}.{NAME}"
    zone = route53.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]
    record = {"Name": f"www.{name}", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=changes)
    route53.create_hosted_zone(Name=f"old-{number}.{place.account}.{NAME}", CallerReference=f"old-{name}")
    if place.careful:
        id = zone.rpartition("/")[2]
        signing = {"Status": {"ServeSignature": "SIGNING"}, "KeySigningKeys": [{"Name": "key", "Status": "ACTIVE"}]}
        place.tell_everywhere("route53:GetDNSSEC", signing, HostedZoneId=id)
        group = f"arn:aws:logs:us-east-1:{place.account}:log-group:/aws/route53/{name}"
        logged = {"Id": "1", "HostedZoneId": id, "CloudWatchLogsLogGroupArn": group}
        place.tell_everywhere("route53:ListQueryLoggingConfigs", {"QueryLoggingConfigs": [logged]})


def names(place: Place, scale: int) -> None:
    """Say what the resolver logs and filters, and which certificates there are; moto makes none but with new keys."""
    vpc = place.made["vpc"]
    logged = {"Id": "rqlca-1", "ResolverQueryLogConfigId": "rqlc-1", "ResourceId": vpc, "Status": "ACTIVE", "Error": "NONE"}
    owned = {"ResourceARN": place.arn("acm", "certificate/site-0"), "Tags": tags(owner="team-a")}
    place.add("resourcegroupstaggingapi:GetResources", ResourceTagMappingList=[owned])
    place.tell("route53resolver:ListResolverQueryLogConfigAssociations", {"ResolverQueryLogConfigAssociations": [logged]})
    arn = place.arn("route53resolver", "firewall-rule-group-association/rslvr-frgassoc-1")
    firewall = {"Id": "rslvr-frgassoc-1", "Arn": arn, "VpcId": vpc, "Name": "names", "Priority": 101, "Status": "COMPLETE"}
    firewall["MutationProtection"] = "ENABLED" if place.careful else "DISABLED"
    place.tell("route53resolver:ListFirewallRuleGroupAssociations", {"FirewallRuleGroupAssociations": [firewall]})
    place.tell(
        "acm:ListCertificates", {"CertificateSummaryList": [each for n in range(scale) for each in _certificates(place, n)]}
    )


def _certificates(place: Place, number: int) -> list[dict[str, Any]]:
    common = {"Status": "ISSUED", "NotBefore": ago(100), "Exported": False, "RenewalEligibility": "ELIGIBLE"}
    issued = {"Type": "AMAZON_ISSUED", "KeyAlgorithm": "RSA_2048", "InUse": True, "NotAfter": ago(-200), **common}
    brought = {**issued, "Type": "IMPORTED", "KeyAlgorithm": "RSA_1024", "InUse": False, "NotAfter": ago(-9)}
    found = (("site", issued), ("old", {**brought, "RenewalEligibility": "INELIGIBLE"}))
    return [
        {"CertificateArn": place.arn("acm", f"certificate/{name}-{number}"), "DomainName": f"{name}-{number}.{NAME}", **row}
        for name, row in found
    ]


def apis(place: Place, scale: int) -> None:
    """Make APIs of both kinds: one that asks who calls and logs it, one that does not."""
    for number in range(scale):
        _rest_apis(place, number)
        _http_apis(place, number)
    gateway = place.client("apigateway")
    names = (("api", "TLS_1_2"), ("old", "TLS_1_0")) if place.careful else (("old", "TLS_1_0"),)
    for name, policy in names:
        gateway.create_domain_name(
            domainName=f"{name}.{NAME}", regionalCertificateName="site", securityPolicy=policy, tags={"owner": "team-a"}
        )
    gateway.create_api_key(name=HOSTILE["sql"], enabled=True)


def _rest_apis(place: Place, number: int) -> None:
    gateway = place.client("apigateway")
    for name, authorization in (("orders", "AWS_IAM"), ("shop", "NONE")):
        careful = name == "orders"
        policy = {"policy": document({"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"})}
        api = gateway.create_rest_api(
            name=f"{name}-{number}",
            endpointConfiguration={"types": ["REGIONAL"]},
            disableExecuteApiEndpoint=careful,
            tags={"owner": "team-a"} if careful else {},
            **({} if careful else policy),
        )
        there = {"restApiId": api["id"], "resourceId": gateway.get_resources(restApiId=api["id"])["items"][0]["id"]}
        method = {**there, "httpMethod": "GET"}
        gateway.put_method(authorizationType=authorization, **method)
        gateway.put_integration(type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}, **method)
        gateway.create_deployment(restApiId=api["id"], stageName="prod")
        if careful and place.careful:
            group = place.arn("logs", "log-group:/aws/api/orders")
            values = {"/*/*/logging/loglevel": "ERROR", "/*/*/throttling/rateLimit": "50", "/*/*/throttling/burstLimit": "20"}
            values |= {"/accessLogSettings/destinationArn": group, "/accessLogSettings/format": json.dumps({"ip": "$ip"})}
            patch = [{"op": "replace", "path": path, "value": value} for path, value in values.items()]
            gateway.update_stage(restApiId=api["id"], stageName="prod", patchOperations=patch)


def _http_apis(place: Place, number: int) -> None:
    gateway = place.client("apigatewayv2")
    logs = {"DestinationArn": place.arn("logs", "log-group:/aws/api/events"), "Format": "$context.requestId"}
    limits = {"ThrottlingRateLimit": 50.0, "ThrottlingBurstLimit": 20}
    for name, authorization in (("events", "AWS_IAM"), ("try", "NONE")):
        careful = name == "events"
        cors = {} if careful else {"CorsConfiguration": {"AllowOrigins": ["*"]}}
        api = gateway.create_api(
            Name=f"{name}-{number}",
            ProtocolType="HTTP",
            Tags={"owner": "team-a"} if careful else {},
            DisableExecuteApiEndpoint=careful,
            **cors,
        )["ApiId"]
        gateway.create_route(ApiId=api, RouteKey="GET /", AuthorizationType=authorization)
        settings: dict[str, Any] = {"AccessLogSettings": logs, "DefaultRouteSettings": limits} if careful else {}
        gateway.create_stage(ApiId=api, StageName="prod", **settings)
