"""Load balancers, and the firewall before them."""

from __future__ import annotations

from simulators.aws.estate.place import Place, tags


def balancers(place: Place, scale: int) -> None:
    """Make load balancers: one that speaks TLS, one that speaks plain HTTP, one of the classic kind."""
    elb, classic = place.client("elbv2"), place.client("elb")
    subnets, groups = place.made["subnets"], place.made["groups"]
    for number in range(scale):
        site, api = (
            elb.create_load_balancer(
                Name=f"{name}-{number}", Subnets=subnets, SecurityGroups=[groups["web"]], Scheme=scheme, Type="application"
            )["LoadBalancers"][0]["LoadBalancerArn"]
            for name, scheme in (("site", "internet-facing"), ("api", "internal"))
        )
        place.made.setdefault("balancer", site)
        target = elb.create_target_group(Name=f"web-{number}", Protocol="HTTP", Port=80, VpcId=place.made["vpc"])
        forward = [{"Type": "forward", "TargetGroupArn": target["TargetGroups"][0]["TargetGroupArn"]}]
        elb.register_targets(TargetGroupArn=forward[0]["TargetGroupArn"], Targets=[{"Id": place.made["instance"]}])
        certificate = f"arn:aws:iam::{place.account}:server-certificate/site"
        elb.create_listener(
            LoadBalancerArn=site,
            Protocol="HTTPS",
            Port=443,
            SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
            Certificates=[{"CertificateArn": certificate}],
            DefaultActions=forward,
        )
        elb.create_listener(LoadBalancerArn=api, Protocol="HTTP", Port=80, DefaultActions=forward)
        plain = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 80}
        classic.create_load_balancer(LoadBalancerName=f"old-{number}", Listeners=[plain], Subnets=subnets)
    if place.careful:
        _firewall(place)


def _firewall(place: Place) -> None:
    """Make a web ACL: with rules, logs and an owner in the first region, as an empty shell in the other."""
    waf, first = place.client("wafv2"), place.region == "eu-west-1"
    shown = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "site"}
    group = {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}
    common = {"Statement": {"ManagedRuleGroupStatement": group}, "OverrideAction": {"None": {}}, "VisibilityConfig": shown}
    acl = waf.create_web_acl(
        Name="site",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig=shown,
        Rules=[{"Name": "common", "Priority": 0, **common}] if first else [],
        Tags=tags(owner="team-b") if first else tags(note="none"),
    )["Summary"]
    if first:
        to = [place.arn("logs", "log-group:aws-waf-logs-site")]
        waf.put_logging_configuration(LoggingConfiguration={"ResourceArn": acl["ARN"], "LogDestinationConfigs": to})
    place.tell("wafv2:ListResourcesForWebACL", {"ResourceArns": [place.made["balancer"]]}, WebACLArn=acl["ARN"])
