"""Composer."""

from collectors.gcp.spec import UPDATED, Spec

ENVIRONMENT = Spec(
    type="gcp.composer.environment",
    service="gcp.composer",
    title="Environment",
    asset="composer.googleapis.com/Environment",
    schema="composer.v1.Environment",
    tags="item.labels",
    volatile=UPDATED,
    secret=("item.config.softwareConfig.envVariables", "item.config.softwareConfig.airflowConfigOverrides"),
)
