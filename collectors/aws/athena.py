"""Amazon Athena: workgroups. Their listing tells no settings: a call each, and every region has one from the beginning.

Saved queries are not read, nor are catalogs: those of AWS Glue are read there, all others are functions.
"""

from __future__ import annotations

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

WORKGROUP = Spec(
    type="aws.athena.workgroup",
    service="aws.athena",
    api="athena",
    title="Workgroup",
    listing=Call("list_work_groups", "WorkGroups", MaxResults=50),
    id="arn:{partition}:athena:{region}:{account}:workgroup/{Name}",
    name="{Name}",
    facts={
        "configuration": Call("get_work_group", "WorkGroup.Configuration", WorkGroup="{Name}"),
        "tags": tagging("athena:workgroup", "arn:{partition}:athena:{region}:{account}:workgroup/{Name}"),
    },
    tags="tags.Tags",
    volatile=("item.EngineVersion.EffectiveEngineVersion", "configuration.EngineVersion.EffectiveEngineVersion"),
    secret=(
        "configuration.AdditionalConfiguration",
        "configuration.EngineConfiguration.AdditionalConfigs.*",
        "configuration.EngineConfiguration.Classifications.*.Properties.*",
        "configuration.EngineConfiguration.SparkProperties.*",
    ),
)
