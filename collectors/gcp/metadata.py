"""Instance metadata: settings that Google documents stay readable, all else may hold a secret and is replaced."""

from __future__ import annotations

from typing import Any

from collectors.redact import Redactor

# Keys that are settings of the guest, of GKE and of Workbench, or say where a thing comes from. Sources: Compute Engine,
# "Predefined metadata keys"; GKE, "Cluster metadata"; Vertex AI Workbench, "Manage features through metadata".
SETTINGS = frozenset(
    {
        "block-project-ssh-keys",
        "cluster-location",
        "cluster-name",
        "cluster-uid",
        "created-by",
        "dataproc-cluster-name",
        "dataproc-region",
        "dataproc-role",
        "disable-legacy-endpoints",
        "disable-swap-binaries",
        "enable-guest-attributes",
        "enable-os-inventory",
        "enable-osconfig",
        "enable-oslogin",
        "enable-oslogin-2fa",
        "enable-oslogin-certificates",
        "enable-oslogin-sk",
        "enable-windows-ssh",
        "framework",
        "google-compute-default-region",
        "google-compute-default-zone",
        "google-compute-enable-virtio-rng",
        "google-logging-enabled",
        "google-monitoring-enabled",
        "idle-timeout-seconds",
        "instance-template",
        "notebook-disable-downloads",
        "notebook-disable-nbconvert",
        "notebook-disable-root",
        "notebook-disable-terminal",
        "notebook-upgrade-schedule",
        "osconfig-disabled-features",
        "osconfig-log-level",
        "proxy-mode",
        "report-event-health",
        "report-system-health",
        "report-system-status",
        "serial-port-enable",
        "serial-port-logging-enable",
        "shutdown-script-url",
        "startup-script-url",
        "sysprep-specialize-script-url",
        "title",
        "version",
        "vmdnssetting",
        "windows-shutdown-script-url",
        "windows-startup-script-url",
    }
)
PLAIN = frozenset({"true", "false", "yes", "no", "y", "n", "1", "0", ""})


def hidden(facts: dict[str, Any], path: str, redactor: Redactor) -> None:
    """Replace, in place, the values of the metadata at the dotted *path* that are no settings; lists are entered."""
    fact, *steps = path.split(".")
    if fact in facts:
        facts[fact] = _at(facts[fact], steps, redactor)


def _at(value: Any, steps: list[str], redactor: Redactor) -> Any:
    if isinstance(value, list):
        return [_at(each, steps, redactor) for each in value]
    if not isinstance(value, dict):
        return value
    if not steps:
        return _hidden(value, redactor)
    step, *rest = steps
    return {name: _at(each, rest, redactor) if name == step else each for name, each in value.items()}


def _hidden(metadata: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """Return metadata without secrets; Compute Engine writes a list of ``items``, old exports of ``item``, others a mapping."""
    if {"items", "item", "fingerprint"} & metadata.keys():
        return {name: [_item(each, redactor) for each in of] if isinstance(of, list) else of for name, of in metadata.items()}
    return {key: _value(key, each, redactor) for key, each in metadata.items()}


def _item(item: Any, redactor: Redactor) -> Any:
    if not isinstance(item, dict) or "value" not in item:
        return item
    return {**item, "value": _value(str(item.get("key", "")), item["value"], redactor)}


def _value(key: str, value: Any, redactor: Redactor) -> Any:
    if key.lower() in SETTINGS or str(value).strip().lower() in PLAIN:
        return value
    replaced = {"metadata": {key: value}}  # under its key, which tells a detector what it may be
    redactor.apply(replaced, ["metadata"])
    return replaced["metadata"][key]
