"""Security Command Center: its services, exports and mute rules.

Its sources and findings are not in Asset Inventory. The settings of single detectors are of its older API, which Asset
Inventory still lists; the services of the newer one say the same.
"""

from collectors.gcp.spec import UPDATED, Spec

SERVICE = "gcp.scc"

# Google publishes no discovery document for this API.
SECURITY_CENTER_SERVICE = Spec(
    type="gcp.scc.security_center_service",
    service=SERVICE,
    title="Service of Security Command Center",
    asset="securitycentermanagement.googleapis.com/SecurityCenterService",
    volatile=UPDATED,
)

NOTIFICATION_CONFIG = Spec(
    type="gcp.scc.notification_config",
    service=SERVICE,
    title="Notification of findings",
    asset="securitycenter.googleapis.com/NotificationConfig",
    schema="securitycenter.v1.NotificationConfig",
)

MUTE_CONFIG = Spec(
    type="gcp.scc.mute_config",
    service=SERVICE,
    title="Mute rule",
    asset="securitycenter.googleapis.com/MuteConfig",
    schema="securitycenter.v1.GoogleCloudSecuritycenterV1MuteConfig",
    volatile=UPDATED,
)

BIGQUERY_EXPORT = Spec(
    type="gcp.scc.bigquery_export",
    service=SERVICE,
    title="Export of findings to BigQuery",
    asset="securitycenter.googleapis.com/BigQueryExport",
    schema="securitycenter.v1.GoogleCloudSecuritycenterV1BigQueryExport",
    volatile=UPDATED,
)


def _settings(noun: str, kind: str, title: str) -> Spec:
    return Spec(
        type=f"gcp.scc.{noun}_settings",
        service=SERVICE,
        title=f"Settings of {title}",
        asset=f"securitycenter.googleapis.com/{kind}Settings",
        schema=f"securitycenter.v1beta2.{kind}Settings",
        volatile=UPDATED,
    )


CONTAINER_THREATS = _settings("container_threat_detection", "ContainerThreatDetection", "Container Threat Detection")
EVENT_THREATS = _settings("event_threat_detection", "EventThreatDetection", "Event Threat Detection")
HEALTH_ANALYTICS = _settings("security_health_analytics", "SecurityHealthAnalytics", "Security Health Analytics")
MACHINE_THREATS = _settings("virtual_machine_threat_detection", "VirtualMachineThreatDetection", "VM Threat Detection")
WEB_SCANNER = _settings("web_security_scanner", "WebSecurityScanner", "Web Security Scanner")
