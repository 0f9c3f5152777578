"""Amazon SageMaker AI. Its listings tell names only, and nothing describes many at once: a call for each resource.

Training, processing and transform jobs are not read: they end by themselves, cannot be changed, and are kept by the thousand.
Sources of the messages that say *gone*: Terraform's provider, which tells them apart in the same way.
"""

from __future__ import annotations

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

NO_RESOURCE = frozenset({"ResourceNotFound"})

NOTEBOOK = Spec(
    type="aws.sagemaker.notebook_instance",
    service="aws.sagemaker",
    api="sagemaker",
    title="Notebook instance",
    listing=Call("list_notebook_instances", "NotebookInstances", MaxResults=100),
    id="{NotebookInstanceArn}",
    name="{NotebookInstanceName}",
    facts={
        "notebook": Call("describe_notebook_instance", NotebookInstanceName="{NotebookInstanceName}"),
        "tags": tagging("sagemaker:notebook-instance", "{NotebookInstanceArn}"),
    },
    tags="tags.Tags",
    gone=frozenset({"ValidationException: RecordNotFound"}),
    volatile=(
        "item.NotebookInstanceStatus",
        "item.LastModifiedTime",
        "notebook.NotebookInstanceStatus",
        "notebook.LastModifiedTime",
    ),
)


def _script(when: str) -> Call:
    """Return what brings the script that notebooks run at one moment, if there is one."""
    name = "{NotebookInstanceLifecycleConfigName}"
    return Call(
        "describe_notebook_instance_lifecycle_config",
        f"{when}[0].Content",
        decode="base64",
        NotebookInstanceLifecycleConfigName=name,
    )


# Not verified: that AWS says RecordNotFound of these, too. Another answer leaves the scripts unread.
LIFECYCLE_CONFIG = Spec(
    type="aws.sagemaker.lifecycle_config",
    service="aws.sagemaker",
    api="sagemaker",
    title="Lifecycle configuration of notebooks",
    listing=Call("list_notebook_instance_lifecycle_configs", "NotebookInstanceLifecycleConfigs", MaxResults=100),
    id="{NotebookInstanceLifecycleConfigArn}",
    name="{NotebookInstanceLifecycleConfigName}",
    facts={"on_create": _script("OnCreate"), "on_start": _script("OnStart")},
    gone=frozenset({"ValidationException: RecordNotFound"}),
    secret=("on_create", "on_start"),
)

MODEL = Spec(
    type="aws.sagemaker.model",
    service="aws.sagemaker",
    api="sagemaker",
    title="Model",
    listing=Call("list_models", "Models", MaxResults=100),
    id="{ModelArn}",
    name="{ModelName}",
    facts={"model": Call("describe_model", ModelName="{ModelName}")},
    gone=frozenset({"ValidationException: Could not find model"}),
    secret=("model.PrimaryContainer.Environment.*", "model.Containers.*.Environment.*"),
)

ENDPOINT_CONFIG = Spec(
    type="aws.sagemaker.endpoint_config",
    service="aws.sagemaker",
    api="sagemaker",
    title="Endpoint configuration",
    listing=Call("list_endpoint_configs", "EndpointConfigs", MaxResults=100),
    id="{EndpointConfigArn}",
    name="{EndpointConfigName}",
    facts={"config": Call("describe_endpoint_config", EndpointConfigName="{EndpointConfigName}")},
    gone=frozenset({"ValidationException: Could not find endpoint configuration"}),
)

ENDPOINT = Spec(
    type="aws.sagemaker.endpoint",
    service="aws.sagemaker",
    api="sagemaker",
    title="Endpoint",
    listing=Call("list_endpoints", "Endpoints", MaxResults=100),
    id="{EndpointArn}",
    name="{EndpointName}",
    facts={"tags": tagging("sagemaker:endpoint", "{EndpointArn}")},
    tags="tags.Tags",
    volatile=("item.EndpointStatus", "item.LastModifiedTime"),
)

DOMAIN = Spec(
    type="aws.sagemaker.domain",
    service="aws.sagemaker",
    api="sagemaker",
    title="Domain of Studio",
    listing=Call("list_domains", "Domains", MaxResults=100),
    id="{DomainArn}",
    name="{DomainName}",
    facts={
        "domain": Call("describe_domain", DomainId="{DomainId}"),
        "tags": tagging("sagemaker:domain", "{DomainArn}"),
    },
    tags="tags.Tags",
    gone=NO_RESOURCE,
    volatile=("item.LastModifiedTime", "domain.LastModifiedTime"),
)

FEATURE_GROUP = Spec(
    type="aws.sagemaker.feature_group",
    service="aws.sagemaker",
    api="sagemaker",
    title="Feature group",
    listing=Call("list_feature_groups", "FeatureGroupSummaries", MaxResults=100),
    id="{FeatureGroupArn}",
    name="{FeatureGroupName}",
    facts={
        "group": Call(
            "describe_feature_group",
            "{OnlineStoreConfig: OnlineStoreConfig, OfflineStoreConfig: OfflineStoreConfig, RoleArn: RoleArn}",
            FeatureGroupName="{FeatureGroupName}",
        )
    },
    gone=NO_RESOURCE,
)

MODEL_PACKAGE_GROUP = Spec(
    type="aws.sagemaker.model_package_group",
    service="aws.sagemaker",
    api="sagemaker",
    title="Group of model packages",
    listing=Call("list_model_package_groups", "ModelPackageGroupSummaryList", MaxResults=100),
    id="{ModelPackageGroupArn}",
    name="{ModelPackageGroupName}",
    facts={
        "policy": Call(
            "get_model_package_group_policy",
            "ResourcePolicy",
            decode="json",
            absent=("ValidationException: Cannot find resource policy",),
            ModelPackageGroupName="{ModelPackageGroupName}",
        )
    },
    gone=frozenset({"ValidationException: Cannot find Model Package Group"}),
)


def _definition(name: str, listing: str, describing: str, title: str) -> Spec:
    """Return one kind of job definition of SageMaker Model Monitor: all four are listed and described alike."""
    return Spec(
        type=f"aws.sagemaker.{name}",
        service="aws.sagemaker",
        api="sagemaker",
        title=title,
        listing=Call(listing, "JobDefinitionSummaries", MaxResults=100),
        id="{MonitoringJobDefinitionArn}",
        name="{MonitoringJobDefinitionName}",
        facts={
            "job": Call(
                describing,
                "{NetworkConfig: NetworkConfig, JobResources: JobResources, RoleArn: RoleArn}",
                JobDefinitionName="{MonitoringJobDefinitionName}",
            )
        },
        gone=NO_RESOURCE,
    )


DATA_QUALITY = _definition(
    "data_quality_job_definition",
    "list_data_quality_job_definitions",
    "describe_data_quality_job_definition",
    "Job definition for the quality of data",
)
MODEL_QUALITY = _definition(
    "model_quality_job_definition",
    "list_model_quality_job_definitions",
    "describe_model_quality_job_definition",
    "Job definition for the quality of models",
)
MODEL_BIAS = _definition(
    "model_bias_job_definition",
    "list_model_bias_job_definitions",
    "describe_model_bias_job_definition",
    "Job definition for the bias of models",
)
MODEL_EXPLAINABILITY = _definition(
    "model_explainability_job_definition",
    "list_model_explainability_job_definitions",
    "describe_model_explainability_job_definition",
    "Job definition for explaining models",
)

MONITORING_SCHEDULE = Spec(
    type="aws.sagemaker.monitoring_schedule",
    service="aws.sagemaker",
    api="sagemaker",
    title="Monitoring schedule",
    listing=Call("list_monitoring_schedules", "MonitoringScheduleSummaries", MaxResults=100),
    id="{MonitoringScheduleArn}",
    name="{MonitoringScheduleName}",
    facts={
        "schedule": Call(
            "describe_monitoring_schedule",
            "MonitoringScheduleConfig",
            MonitoringScheduleName="{MonitoringScheduleName}",
        )
    },
    gone=NO_RESOURCE,
    volatile=("item.LastModifiedTime",),
    secret=("schedule.MonitoringJobDefinition.Environment.*",),
)
