"""Instances, templates and snapshots as AWS answers for them: what comes in bulk, what is asked one by one, what is hidden."""

from __future__ import annotations

import base64
from collections import Counter
from typing import Any

from collectors.aws.ebs import SNAPSHOT
from collectors.aws.ec2 import INSTANCE, LAUNCH_TEMPLATE
from scanner.model import Absent
from tests.collectors.aws.fake import ACCOUNT, FakeAws, Raw, Refusal

SCRIPT = "#!/bin/bash\nexport DB_PASSWORD=hunter2hunter2\n"
ENCODED = base64.b64encode(SCRIPT.encode()).decode()
IDS = [f"i-{number:017x}" for number in range(1, 121)]


def xml(operation: str, inner: str) -> Raw:
    return Raw(f"<{operation}Response>{inner}</{operation}Response>".encode())


def items(name: str, *rows: str) -> str:
    return f"<{name}>{''.join(f'<item>{row}</item>' for row in rows)}</{name}>"


def instances(*ids: str) -> Raw:
    rows = [f"<instanceId>{each}</instanceId><instanceState><name>running</name></instanceState>" for each in ids]
    return xml("DescribeInstances", items("reservationSet", items("instancesSet", *rows)))


def images(*ids: str) -> Raw:
    image = "<imageMetadata><imageId>ami-1</imageId><imageOwnerId>099720109477</imageOwnerId></imageMetadata>"
    rows = [f"<instanceId>{each}</instanceId>{image}" for each in ids]
    return xml("DescribeInstanceImageMetadata", items("instanceImageMetadataSet", *rows))


def user_data(value: str) -> Raw:
    inner = f"<userData>{f'<value>{value}</value>' if value else ''}</userData>"
    return xml("DescribeInstanceAttribute", inner)


def fake(*ids: str, **more: Any) -> FakeAws:
    covered = {"resourceId": ids[0], "scanType": "PACKAGE", "scanStatus": {"statusCode": "ACTIVE", "reason": "SUCCESSFUL"}}
    weak = {"ec2InstanceAggregation": {"instanceId": ids[0], "severityCounts": {"all": 3, "critical": 1}}}
    answers: dict[str, Any] = {
        "DescribeInstances": instances(*ids),
        "DescribeInstanceImageMetadata": images(*ids),
        "DescribeInstanceInformation": {"InstanceInformationList": [{"InstanceId": ids[0], "PingStatus": "Online"}]},
        "DescribeInstancePatchStates": lambda asked: {"InstancePatchStates": [state(each) for each in asked["InstanceIds"]]},
        "ListCoverage": {"coveredResources": [covered]},
        "ListFindingAggregations": {"aggregationType": "AWS_EC2_INSTANCE", "responses": [weak]},
        "DescribeInstanceAttribute": user_data(ENCODED),
        **more,
    }
    return FakeAws(**answers)


def state(id: str) -> dict[str, Any]:
    return {"InstanceId": id, "PatchGroup": "", "BaselineId": "pb-1", "MissingCount": 1, "Operation": "Scan"}


def test_what_is_known_of_a_guest_stands_beside_the_instance() -> None:
    seen = fake(*IDS[:2]).read(INSTANCE)
    first, second = seen.resources
    assert first.id == f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/{IDS[0]}"
    assert first["image"]["ImageMetadata"]["OwnerId"] == "099720109477"
    assert first["managed"]["PingStatus"] == "Online"
    assert first["coverage"]["scanStatus"]["statusCode"] == "ACTIVE"
    assert first["weaknesses"]["severityCounts"]["critical"] == 1
    assert first["patches"]["MissingCount"] == second["patches"]["MissingCount"] == 1
    assert [second.facts[name] for name in ("managed", "coverage", "weaknesses")] == [Absent()] * 3
    assert seen.gaps == []


def test_only_user_data_costs_a_call_for_each_instance() -> None:
    asked = fake(*IDS)
    assert len(asked.read(INSTANCE).resources) == len(IDS)
    assert Counter(name for name, _ in asked.sent) == {
        "DescribeInstances": 1,
        "DescribeInstanceImageMetadata": 1,
        "DescribeInstanceInformation": 1,
        "DescribeInstancePatchStates": 3,
        "ListCoverage": 1,
        "ListFindingAggregations": 1,
        "DescribeInstanceAttribute": len(IDS),
    }
    assert [len(given["InstanceIds"]) for given in asked.asked("DescribeInstancePatchStates")] == [50, 50, 20]


def test_user_data_is_judged_and_hidden() -> None:
    (instance,) = fake(IDS[0]).read(INSTANCE).resources
    assert instance["user_data"]["$secret"]["detected"] == ["Secret Keyword"]
    assert "hunter2" not in repr(instance)
    assert ENCODED not in repr(instance)
    (bare,) = fake(IDS[0], DescribeInstanceAttribute=user_data("")).read(INSTANCE).resources
    assert bare.facts["user_data"] == Absent()


def test_an_instance_that_is_gone_meanwhile_is_dropped_without_a_gap() -> None:
    gone = Refusal("InvalidInstanceID.NotFound", "The instance ID does not exist")
    seen = fake(IDS[0], DescribeInstanceAttribute=gone).read(INSTANCE)
    assert (seen.resources, seen.gaps, seen.complete) == ([], [], {"aws.ec2.instance": True})


def version(number: int, *, default: bool) -> str:
    data = f"<launchTemplateData><userData>{ENCODED}</userData><keyName>ops</keyName></launchTemplateData>"
    flags = f"<versionNumber>{number}</versionNumber><defaultVersion>{str(default).lower()}</defaultVersion>"
    return f"<launchTemplateId>lt-1</launchTemplateId>{flags}{data}"


def test_versions_of_all_templates_come_in_two_calls() -> None:
    row = "<launchTemplateId>lt-1</launchTemplateId><launchTemplateName>web</launchTemplateName>"
    found = [items("launchTemplateVersionSet", each) for each in (version(1, default=True), version(7, default=False))]
    asked = FakeAws(
        DescribeLaunchTemplates=xml("DescribeLaunchTemplates", items("launchTemplates", row)),
        DescribeLaunchTemplateVersions=[xml("DescribeLaunchTemplateVersions", each) for each in found],
    )
    (template,) = asked.read(LAUNCH_TEMPLATE).resources
    assert (template["default"]["VersionNumber"], template["latest"]["VersionNumber"]) == (1, 7)
    assert template["latest"]["LaunchTemplateData"]["KeyName"] == "ops"
    assert template["latest"]["LaunchTemplateData"]["UserData"]["$secret"]["detected"] == ["Secret Keyword"]
    assert ENCODED not in repr(template)


def test_one_call_tells_which_snapshots_are_public() -> None:
    def rows(*ids: str) -> Raw:
        return xml("DescribeSnapshots", items("snapshotSet", *(f"<snapshotId>{each}</snapshotId>" for each in ids)))

    asked = FakeAws(DescribeSnapshots=[rows("snap-1", "snap-2"), rows("snap-2")])  # all of them, then the public ones
    told = {each.name: each["public"] is not None for each in asked.read(SNAPSHOT).resources}
    assert told == {"snap-1": False, "snap-2": True}
    assert len(asked.sent) == 2
