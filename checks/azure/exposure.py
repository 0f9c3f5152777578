"""What strangers get at on Azure: what its checks already decide, check by check."""

from __future__ import annotations

from scanner.evaluation.exposure import Exposures, Said

CONTAINERS = "whether one of its containers is open is not read"
LINKS = "only with a link that somebody makes"
PORTS = "which of its ports answer is decided by security groups"

SAID = (
    Said(("azure.storage.account.anonymous_off",), "read containers that are opened to everybody", "everybody", CONTAINERS),
    Said(("azure.acr.registry.anonymous_pull_off",), "pull images", "everybody"),
    Said(("azure.functions.*.callers_known",), "call functions without a key or a sign-in", "everybody"),
    Said(("azure.disk.disk.*_narrow", "azure.disk.snapshot.*_narrow"), "export the disk", doubt=LINKS),
    Said(("azure.disk.disk.public_access_off", "azure.disk.snapshot.public_access_off"), "export the disk", doubt=LINKS),
    Said(("azure.vm.machine.remote_control_unreachable",), "ports of remote control"),
    Said(("azure.vm.machine.inner_services_unreachable",), "ports of databases and inner services"),
    Said(("azure.sqlvm.machine.reached_within",), "tcp 1433 (SQL Server)"),
    Said(("azure.batch.pool.admin_ports_closed",), "ports of remote control"),
    Said(("azure.ml.workspace.computes_ssh_closed",), "tcp 22 (SSH) of its machines"),
    Said(("azure.lb.balancer.inner_ports_closed", "azure.firewall.*.inner_ports_closed"), "ports of inner services"),
    Said(("azure.vmss.scale_set.no_public_addresses",), "its machines", doubt=PORTS),
    Said(("azure.aci.group.private_address",), "ports of its containers"),
    Said(("azure.aks.cluster.endpoint_narrow", "azure.aro.cluster.api_inside"), "https 443 (the Kubernetes API)"),
    Said(("azure.aro.cluster.ingress_inside",), "https 443 of what runs in it"),
    Said(("azure.*.deployment_narrow",), "https 443 of its deployment site"),
    Said(("azure.logicapps.workflow.callers_narrow",), "https 443, which starts the workflow"),
    Said(("azure.logicapps.workflow.history_narrow",), "what its runs read and wrote"),
    Said(("azure.monitor.*.queries_closed", "azure.monitor.*.ingestion_closed"), "https 443"),
    Said(("azure.containerapps.app.ingress_narrow", "azure.apim.service.not_public"), "https 443"),
    Said(("azure.*.networks_narrow",), "its endpoint on the internet"),
    # Types whose other question, which networks they admit, no check asks: their endpoint is open or off.
    Said(
        tuple(
            f"azure.{each}.public_access_off"
            for each in (
                "appconfig.store",
                "arc.private_link_scope",
                "automation.account",
                "avd.host_pool",
                "avd.workspace",
                "containerapps.environment",
                "databricks.workspace",
                "datafactory.factory",
                "ml.online_endpoint",
                "ml.workspace",
                "recovery.vault",
                "redis.enterprise_cluster",
                "sqlmi.instance",
            )
        ),
        "its endpoint on the internet",
    ),
)
EXPOSED = Exposures("azure", SAID)
