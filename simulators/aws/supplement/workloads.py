"""What AWS answers about workloads where nobody made anything: moto does not know these operations, or not to the end.

Shapes are those of botocore's models. Not verified: that a setting of Systems Manager which nobody changed is refused, rather
than told with its default.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulators.aws.shapes import Params
from simulators.aws.supplement.registry import Asked, Refusal, Result, amends

WORKLOADS: Mapping[str, Result | Refusal] = {
    "apprunner:ListServices": {"ServiceSummaryList": []},
    "batch:DescribeComputeEnvironments": {"computeEnvironments": []},
    "batch:DescribeJobDefinitions": {"jobDefinitions": []},
    "batch:DescribeJobQueues": {"jobQueues": []},
    "codebuild:ListReportGroups": {"reportGroups": []},
    "codebuild:ListSourceCredentials": {"sourceCredentialsInfos": []},
    "codepipeline:ListWebhooks": {"webhooks": []},
    "ecs:DescribeCapacityProviders": {"capacityProviders": []},
    "elasticbeanstalk:DescribeConfigurationSettings": {"ConfigurationSettings": []},
    "ssm:GetServiceSetting": Refusal(400, "ServiceSettingNotFound", "The specified service setting wasn't found."),
}


@amends("ssm:DescribeParameters")
def describe_parameters(asked: Asked, result: Params) -> Result:
    """Add the ARN, in which a path has no slash of its own at the beginning."""
    for each in result["Parameters"]:
        each.setdefault("ARN", asked.arn("ssm", f"parameter/{each['Name'].removeprefix('/')}"))
    return result
