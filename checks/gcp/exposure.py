"""What strangers get at on Google Cloud: what its checks already decide, check by check."""

from __future__ import annotations

from scanner.evaluation.exposure import Exposures, Said

EVERYBODY = "everybody (allUsers or allAuthenticatedUsers)"
PORTS = "which of its ports answer is decided by firewall rules"
BINDINGS = "whether somebody was granted anything so is not read"

SAID = (
    Said(("gcp.gke.cluster.nobody_unnamed",), "what the cluster grants to strangers", EVERYBODY, BINDINGS),
    Said(("gcp.*.nobody_unnamed", "gcp.*.not_public"), "what its policy grants", EVERYBODY),
    Said(("gcp.firestore.database.rules_closed",), "what its rules let everybody do", "everybody"),
    Said(("gcp.gke.cluster.strangers_unanswered",), "what the cluster grants to strangers", "everybody"),
    Said(("gcp.gce.instance.admin_ports_closed",), "ports of remote control"),
    Said(("gcp.gce.instance.no_public_address",), "the machine", doubt=PORTS),
    Said(("gcp.workbench.instance.no_public_address",), "the notebook's machine", doubt=PORTS),
    Said(("gcp.lb.forwarding_rule.inner_ports_closed",), "ports of inner services"),
    Said(("gcp.vmwareengine.external_access_rule.administration_closed",), "ports of remote control"),
    Said(("gcp.vmwareengine.external_access_rule.remote_control_closed",), "ports of remote control"),
    Said(("gcp.vmwareengine.external_access_rule.databases_closed",), "ports of databases"),
    Said(("gcp.vmwareengine.external_access_rule.*_closed",), "ports of inner services"),
    Said(("gcp.vmwareengine.external_access_rule.not_wide_open",), "a range of ports"),
    Said(("gcp.cloudsql.instance.networks_narrow", "gcp.alloydb.instance.networks_narrow"), "the database's port"),
    Said(("gcp.gke.cluster.endpoint_narrow",), "https 443 (the Kubernetes API)"),
    Said(("gcp.*.ingress_narrow",), "https 443"),
    Said(("gcp.vertexai.endpoint.private", "gcp.vertexai.index_endpoint.private"), "https 443"),
    Said(("gcp.composer.environment.pages_narrow",), "https 443 of its pages"),
)
EXPOSED = Exposures("gcp", SAID)
