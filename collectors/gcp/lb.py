"""Cloud Load Balancing: what listens, what it hands on to, and with which certificates."""

from collectors.gcp.spec import FINGERPRINT, LABELLED, UPDATED, Spec

SERVICE = "gcp.lb"

FORWARDING_RULE = Spec(
    type="gcp.lb.forwarding_rule",
    service=SERVICE,
    title="Forwarding rule",
    asset="compute.googleapis.com/ForwardingRule compute.googleapis.com/GlobalForwardingRule",
    schema="compute.v1.ForwardingRule",
    tags="item.labels",
    volatile=(*FINGERPRINT, *LABELLED),
)

BACKEND_SERVICE = Spec(
    type="gcp.lb.backend_service",
    service=SERVICE,
    title="Backend service",
    asset="compute.googleapis.com/BackendService compute.googleapis.com/RegionBackendService",
    schema="compute.v1.BackendService",
    iam=True,
    volatile=FINGERPRINT,
    secret=("item.iap.oauth2ClientSecret", "item.iap.oauth2ClientSecretSha256"),
)

BACKEND_BUCKET = Spec(
    type="gcp.lb.backend_bucket",
    service=SERVICE,
    title="Backend bucket",
    asset="compute.googleapis.com/BackendBucket",
    schema="compute.v1.BackendBucket",
    iam=True,
)

TARGET_HTTP_PROXY = Spec(
    type="gcp.lb.target_http_proxy",
    service=SERVICE,
    title="HTTP proxy",
    asset="compute.googleapis.com/TargetHttpProxy",
    schema="compute.v1.TargetHttpProxy",
    volatile=FINGERPRINT,
)

TARGET_HTTPS_PROXY = Spec(
    type="gcp.lb.target_https_proxy",
    service=SERVICE,
    title="HTTPS proxy",
    asset="compute.googleapis.com/TargetHttpsProxy",
    schema="compute.v1.TargetHttpsProxy",
    volatile=FINGERPRINT,
)

TARGET_SSL_PROXY = Spec(
    type="gcp.lb.target_ssl_proxy",
    service=SERVICE,
    title="TLS proxy",
    asset="compute.googleapis.com/TargetSslProxy",
    schema="compute.v1.TargetSslProxy",
)

TARGET_TCP_PROXY = Spec(
    type="gcp.lb.target_tcp_proxy",
    service=SERVICE,
    title="TCP proxy",
    asset="compute.googleapis.com/TargetTcpProxy",
    schema="compute.v1.TargetTcpProxy",
)

URL_MAP = Spec(
    type="gcp.lb.url_map",
    service=SERVICE,
    title="URL map",
    asset="compute.googleapis.com/UrlMap",
    schema="compute.v1.UrlMap",
    volatile=FINGERPRINT,
)

SSL_POLICY = Spec(
    type="gcp.lb.ssl_policy",
    service=SERVICE,
    title="TLS policy",
    asset="compute.googleapis.com/SslPolicy",
    schema="compute.v1.SslPolicy",
    volatile=FINGERPRINT,
)

SSL_CERTIFICATE = Spec(
    type="gcp.lb.ssl_certificate",
    service=SERVICE,
    title="Certificate of a load balancer",
    asset="compute.googleapis.com/SslCertificate",
    schema="compute.v1.SslCertificate",
    secret=("item.privateKey", "item.selfManaged.privateKey"),
)

HEALTH_CHECK = Spec(
    type="gcp.lb.health_check",
    service=SERVICE,
    title="Health check",
    asset="compute.googleapis.com/HealthCheck",
    schema="compute.v1.HealthCheck",
)

CERTIFICATE = Spec(
    type="gcp.lb.certificate",
    service=SERVICE,
    title="Certificate of Certificate Manager",
    asset="certificatemanager.googleapis.com/Certificate",
    schema="certificatemanager.v1.Certificate",
    tags="item.labels",
    volatile=UPDATED,
    secret=("item.selfManaged.pemPrivateKey",),
)
