"""What AWS answers of analytics and machine learning where nobody made anything: moto does not know these operations.

Shapes are those of botocore's models.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from simulators.aws.supplement.registry import Refusal, Result

SAGEMAKER: Mapping[str, Result | Refusal] = {
    "sagemaker:GetModelPackageGroupPolicy": Refusal(400, "ValidationException", "Cannot find resource policy for: x"),
    "sagemaker:ListDataQualityJobDefinitions": {"JobDefinitionSummaries": []},
    "sagemaker:ListDomains": {"Domains": []},
    "sagemaker:ListEndpointConfigs": {"EndpointConfigs": []},
    "sagemaker:ListEndpoints": {"Endpoints": []},
    "sagemaker:ListFeatureGroups": {"FeatureGroupSummaries": []},
    "sagemaker:ListModelBiasJobDefinitions": {"JobDefinitionSummaries": []},
    "sagemaker:ListModelExplainabilityJobDefinitions": {"JobDefinitionSummaries": []},
    "sagemaker:ListModelPackageGroups": {"ModelPackageGroupSummaryList": []},
    "sagemaker:ListModelQualityJobDefinitions": {"JobDefinitionSummaries": []},
    "sagemaker:ListModels": {"Models": []},
    "sagemaker:ListMonitoringSchedules": {"MonitoringScheduleSummaries": []},
    "sagemaker:ListNotebookInstanceLifecycleConfigs": {"NotebookInstanceLifecycleConfigs": []},
    "sagemaker:ListNotebookInstances": {"NotebookInstances": []},
}

BEDROCK: Mapping[str, Result | Refusal] = {
    "bedrock:GetModelInvocationLoggingConfiguration": {},
    "bedrock:GetResourcePolicy": Refusal(404, "ResourceNotFoundException", "There is no resource policy."),
    "bedrock:ListCustomModels": {"modelSummaries": []},
    "bedrock:ListEnforcedGuardrailsConfiguration": {"guardrailsConfig": []},
    "bedrock:ListGuardrails": {"guardrails": []},
    "bedrock-agent:ListAgents": {"agentSummaries": []},
    "bedrock-agent:ListKnowledgeBases": {"knowledgeBaseSummaries": []},
    "iam:ListServiceSpecificCredentials": {"ServiceSpecificCredentials": [], "IsTruncated": False},
}

EMR: Mapping[str, Result | Refusal] = {
    "emr:GetBlockPublicAccessConfiguration": {
        "BlockPublicAccessConfiguration": {
            "BlockPublicSecurityGroupRules": True,
            "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}],
        },
        "BlockPublicAccessConfigurationMetadata": {
            "CreationDateTime": datetime(2024, 1, 1, tzinfo=UTC),
            "CreatedByArn": "arn:aws:iam::123456789012:root",
        },
    },
    "emr:ListClusters": {"Clusters": []},
    "emr:ListSecurityConfigurations": {"SecurityConfigurations": []},
}

ANALYTICS = {**SAGEMAKER, **BEDROCK, **EMR}
