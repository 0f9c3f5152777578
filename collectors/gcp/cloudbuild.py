"""Cloud Build."""

from collectors.gcp.spec import STAMPED, Spec

SERVICE = "gcp.cloudbuild"

BUILD_TRIGGER = Spec(
    type="gcp.cloudbuild.build_trigger",
    service=SERVICE,
    title="Build trigger",
    asset="cloudbuild.googleapis.com/BuildTrigger",
    schema="cloudbuild.v1.BuildTrigger",
    secret=(
        "item.substitutions",
        "item.triggerTemplate.substitutions",
        "item.build.substitutions",
        "item.build.source.repoSource.substitutions",
        "item.build.options.env",
        "item.build.steps.env",
        "item.build.availableSecrets.inline.envMap",
        "item.build.secrets.secretEnv",
        "item.bitbucketServerTriggerConfig.bitbucketServerConfig.apiKey",
    ),
)

WORKER_POOL = Spec(
    type="gcp.cloudbuild.worker_pool",
    service=SERVICE,
    title="Worker pool",
    asset="cloudbuild.googleapis.com/WorkerPool",
    schema="cloudbuild.v1.WorkerPool",
    volatile=STAMPED,
)

CONNECTION = Spec(
    type="gcp.cloudbuild.connection",
    service=SERVICE,
    title="Connection to a source host",
    asset="cloudbuild.googleapis.com/Connection",
    schema="cloudbuild.v2.Connection",
    iam=True,
    volatile=STAMPED,
    secret=("item.githubEnterpriseConfig.apiKey",),
)
