"""Vertex AI: models, what serves them, what they learn from, and the notebooks beside them."""

from collectors.gcp.spec import STAMPED, UPDATED, Spec

SERVICE = "gcp.vertexai"


def _type(
    noun: str,
    kind: str,
    title: str,
    *,
    iam: bool = False,
    volatile: tuple[str, ...] = STAMPED,
    secret: tuple[str, ...] = (),
) -> Spec:
    return Spec(
        type=f"gcp.vertexai.{noun}",
        service=SERVICE,
        title=title,
        asset=f"aiplatform.googleapis.com/{kind}",
        schema=f"aiplatform.v1.GoogleCloudAiplatformV1{kind}",
        iam=iam,
        tags="item.labels",
        volatile=volatile,
        secret=secret,
    )


ENDPOINT = _type("endpoint", "Endpoint", "Endpoint")
MODEL = _type(
    "model",
    "Model",
    "Model",
    iam=True,
    volatile=(*STAMPED, "item.versionUpdateTime"),
    secret=("item.containerSpec.env.value",),
)
DATASET = _type("dataset", "Dataset", "Dataset", iam=True, volatile=(*STAMPED, "item.savedQueries.etag"))
FEATURESTORE = _type("featurestore", "Featurestore", "Feature store", iam=True)
INDEX_ENDPOINT = _type("index_endpoint", "IndexEndpoint", "Endpoint of vector search")
TENSORBOARD = _type("tensorboard", "Tensorboard", "TensorBoard")
CUSTOM_JOB = _type(
    "custom_job",
    "CustomJob",
    "Custom job",
    volatile=UPDATED,
    secret=(
        "item.jobSpec.workerPoolSpecs.containerSpec.env.value",
        "item.jobSpec.workerPoolSpecs.containerSpec.args",
        "item.jobSpec.workerPoolSpecs.pythonPackageSpec.env.value",
        "item.jobSpec.workerPoolSpecs.pythonPackageSpec.args",
    ),
)
PIPELINE_JOB = _type(
    "pipeline_job",
    "PipelineJob",
    "Pipeline job",
    volatile=(*UPDATED, "item.jobDetail"),
    secret=("item.runtimeConfig.parameterValues", "item.runtimeConfig.parameters"),
)
NOTEBOOK_RUNTIME = _type(
    "notebook_runtime",
    "NotebookRuntime",
    "Notebook runtime",
    volatile=(*UPDATED, "item.healthState"),
    secret=("item.softwareConfig.env.value", "item.softwareConfig.postStartupScriptConfig.postStartupScript"),
)
NOTEBOOK_RUNTIME_TEMPLATE = _type(
    "notebook_runtime_template",
    "NotebookRuntimeTemplate",
    "Template of notebook runtimes",
    iam=True,
    secret=("item.softwareConfig.env.value", "item.softwareConfig.postStartupScriptConfig.postStartupScript"),
)
METADATA_STORE = Spec(
    type="gcp.vertexai.metadata_store",
    service=SERVICE,
    title="Metadata store",
    asset="aiplatform.googleapis.com/MetadataStore",
    schema="aiplatform.v1.GoogleCloudAiplatformV1MetadataStore",
    volatile=(*UPDATED, "item.state"),
)
