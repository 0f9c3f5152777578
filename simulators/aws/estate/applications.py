"""What applications are made of: topics, queues, events, functions, repositories of images."""

from __future__ import annotations

import io
import json
import zipfile

from simulators.aws.estate.place import HOSTILE, Place, deny_plain_http, document


def queues(place: Place, scale: int) -> None:
    """Make two queues: one as they were made once, one as they are made now."""
    sqs = place.client("sqs")
    for number in range(2 * scale):
        managed = "true" if number % 2 else "false"
        sqs.create_queue(QueueName=f"queue-{place.account}-{number}", Attributes={"SqsManagedSseEnabled": managed})


def topics(place: Place, scale: int) -> None:
    """Make topics: alerts that reach somebody, and news that anybody may send and nobody reads."""
    sns = place.client("sns")
    for number in range(scale):
        arn = place.arn("sns", f"alerts-{number}")
        policy = document(deny_plain_http(arn, "sns:Publish"))
        key = {"KmsMasterKeyId": place.made["key"], "Policy": policy}
        sns.create_topic(Name=f"alerts-{number}", Attributes=key, Tags=[{"Key": "owner", "Value": "platform"}])
        sns.subscribe(TopicArn=arn, Protocol="email", Endpoint="security@example.com")
        queue = place.arn("sqs", f"queue-{place.account}-1")
        sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue)
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": place.arn("sns", f"news-{number}")}
        sns.create_topic(Name=f"news-{number}", Attributes={"Policy": document(anybody), "DisplayName": "news"})
    place.made["topic"] = place.arn("sns", "alerts-0")


def events(place: Place, scale: int) -> None:
    """Make buses and rules: one that goes to a topic, and one that has been switched off."""
    bridge = place.client("events")
    for number in range(scale):
        bus = f"orders-{number}"
        bridge.create_event_bus(Name=bus, Tags=[{"Key": "owner", "Value": "team-b"}])
        pattern = json.dumps({"source": ["aws.guardduty"]})
        bridge.put_rule(Name=f"findings-{number}", EventPattern=pattern, State="ENABLED")
        bridge.put_targets(Rule=f"findings-{number}", Targets=[{"Id": "1", "Arn": place.made["topic"]}])
        bridge.put_rule(
            Name=f"off-{number}", EventBusName=bus, EventPattern=pattern, State="DISABLED", Description=HOSTILE["terminal"]
        )
        if not place.careful:
            bridge.put_permission(EventBusName=bus, Action="events:PutEvents", Principal="*", StatementId="anybody")


def functions(place: Place, scale: int) -> None:
    """Make functions: one in a VPC and current, one old, open to the world, with a key among its variables."""
    functions = place.client("lambda")
    role = f"arn:aws:iam::{place.account}:role/function"
    code = {"ZipFile": _code()}
    for number in range(scale):
        functions.create_function(
            FunctionName=f"orders-{number}",
            Runtime="python3.13",
            Role=role,
            Handler="app.handle",
            Code=code,
            VpcConfig={"SubnetIds": place.made["subnets"], "SecurityGroupIds": [place.made["groups"]["inside"]]},
            Environment={"Variables": {"TABLE": "orders"}},
            KMSKeyArn=place.made["key"],
            TracingConfig={"Mode": "Active"},
            Tags={"owner": "team-b"},
        )
        old = f"webhook-{number}"
        functions.create_function(
            FunctionName=old,
            Runtime="python3.8",
            Role=role,
            Handler="app.handle",
            Code=code,
            Description=HOSTILE["markup"],
            Environment={"Variables": {"AWS_SECRET": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "NOTE": HOSTILE["formula"]}},
        )
        functions.add_permission(FunctionName=old, StatementId="anybody", Action="lambda:InvokeFunction", Principal="*")
        functions.create_function_url_config(FunctionName=old, AuthType="NONE")
        published = functions.publish_version(FunctionName=f"orders-{number}")["Version"]
        functions.create_alias(FunctionName=f"orders-{number}", Name="live", FunctionVersion=published)
        functions.publish_layer_version(LayerName=f"shared-{number}", Content=code)
        functions.create_event_source_mapping(
            FunctionName=f"orders-{number}", EventSourceArn=place.arn("sqs", f"queue-{place.account}-1")
        )


def signing(place: Place, _scale: int) -> None:
    """Tell of a configuration that lets only signed code into the functions of the careful."""
    arn = place.arn("lambda", "code-signing-config:csc-0123456789abcdef0")
    profile = place.arn("signer", "/signing-profiles/own/1")
    config = {
        "CodeSigningConfigId": "csc-0123456789abcdef0",
        "CodeSigningConfigArn": arn,
        "AllowedPublishers": {"SigningProfileVersionArns": [profile]},
        "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Enforce" if place.careful else "Warn"},
        "LastModified": "2026-01-01T00:00:00.000+0000",
    }
    place.tell("lambda:ListCodeSigningConfigs", {"CodeSigningConfigs": [config]})
    signed = [place.arn("lambda", "function:orders-0")]
    place.tell("lambda:ListFunctionsByCodeSigningConfig", {"FunctionArns": signed}, CodeSigningConfigArn=arn)


def _code() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py"), "def handle(event, context): ...\n")
    return held.getvalue()


def images(place: Place, scale: int) -> None:
    """Make repositories of images: one scanned and immutable, one that anybody may pull from."""
    ecr = place.client("ecr")
    for number in range(scale):
        encrypted = {"encryptionType": "KMS", "kmsKey": place.made["key"]}
        ecr.create_repository(
            repositoryName=f"orders-{number}",
            imageTagMutability="IMMUTABLE",
            imageScanningConfiguration={"scanOnPush": True},
            encryptionConfiguration=encrypted,
            tags=[{"Key": "owner", "Value": "team-b"}],
        )
        expire = {
            "rulePriority": 1,
            "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 9},
        }
        rules = json.dumps({"rules": [{**expire, "action": {"type": "expire"}}]})
        ecr.put_lifecycle_policy(repositoryName=f"orders-{number}", lifecyclePolicyText=rules)
        ecr.create_repository(repositoryName=f"tools-{number}")
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
        ecr.set_repository_policy(repositoryName=f"tools-{number}", policyText=document(anybody))
