"""What AWS answers of analytics and machine learning where nobody made anything: moto does not know these operations.

Shapes are those of botocore's models.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from simulators.aws.shapes import Params
from simulators.aws.supplement.registry import Asked, Refusal, Result, amends

SAGEMAKER: Mapping[str, Result | Refusal] = {
    "sagemaker:GetModelPackageGroupPolicy": Refusal(400, "ValidationException", "Cannot find resource policy for: x"),
    "sagemaker:ListFeatureGroups": {"FeatureGroupSummaries": []},
    "sagemaker:ListMonitoringSchedules": {"MonitoringScheduleSummaries": []},
    "sagemaker:ListNotebookInstanceLifecycleConfigs": {"NotebookInstanceLifecycleConfigs": []},
}

BEDROCK: Mapping[str, Result | Refusal] = {
    "bedrock:GetResourcePolicy": Refusal(404, "ResourceNotFoundException", "There is no resource policy."),
    "bedrock:ListEnforcedGuardrailsConfiguration": {"guardrailsConfig": []},
    "bedrock:ListGuardrails": {"guardrails": []},
    "bedrock-agent:ListAgents": {"agentSummaries": []},
    "bedrock-agent:ListKnowledgeBases": {"knowledgeBaseSummaries": []},
    "iam:ListServiceSpecificCredentials": {"ServiceSpecificCredentials": [], "IsTruncated": False},
}

EMR: Mapping[str, Result | Refusal] = {"emr:ListSecurityConfigurations": {"SecurityConfigurations": []}}

ANALYTICS = {**SAGEMAKER, **BEDROCK, **EMR}

# How every region begins. Source: EMR management guide, "Using Amazon EMR block public access".
BLOCKED: Result = {
    "BlockPublicAccessConfiguration": {
        "BlockPublicSecurityGroupRules": True,
        "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}],
    },
    "BlockPublicAccessConfigurationMetadata": {
        "CreationDateTime": datetime(2024, 1, 1, tzinfo=UTC),
        "CreatedByArn": "arn:aws:iam::123456789012:root",
    },
}


@amends("emr:GetBlockPublicAccessConfiguration")
def get_block_public_access_configuration(_asked: Asked, result: Params) -> Result:
    """Tell how a region begins where nobody changed it, of which moto knows nothing."""
    return result if result.get("BlockPublicAccessConfiguration") else BLOCKED


@amends("bedrock:GetModelInvocationLoggingConfiguration")
def get_model_invocation_logging_configuration(_asked: Asked, result: Params) -> Result:
    """Leave out a configuration that nobody made."""
    return {name: value for name, value in result.items() if value}
