"""App Engine."""

from collectors.gcp.spec import Spec

SERVICE = "gcp.appengine"

APPLICATION = Spec(
    type="gcp.appengine.application",
    service=SERVICE,
    title="Application",
    asset="appengine.googleapis.com/Application",
    schema="appengine.v1.Application",
    secret=("item.iap.oauth2ClientSecret", "item.iap.oauth2ClientSecretSha256"),
)

COMPONENT = Spec(
    type="gcp.appengine.service",
    service=SERVICE,
    title="Service",
    asset="appengine.googleapis.com/Service",
    schema="appengine.v1.Service",
    tags="item.labels",
)

VERSION = Spec(
    type="gcp.appengine.version",
    service=SERVICE,
    title="Version",
    asset="appengine.googleapis.com/Version",
    schema="appengine.v1.Version",
    volatile=("item.diskUsageBytes",),
    secret=("item.envVariables", "item.buildEnvVariables", "item.betaSettings"),
)
