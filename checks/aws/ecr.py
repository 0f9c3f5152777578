"""Checks on Amazon ECR repositories and registries."""

from __future__ import annotations

import re
from typing import Any

from checks.aws import keys, patterns, sharing
from checks.aws.alarms import rules
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

AUTOMATIC = ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")
# What EventBridge is told of a weakness, by basic and by enhanced scanning.
# Source: ECR user guide, "Events and EventBridge"; Inspector user guide, "EventBridge schema"; Security Hub user guide.
TOLD = {
    "BASIC": (
        {
            "source": "aws.ecr",
            "detail-type": "ECR Image Scan",
            "detail": {"scan-status": "COMPLETE", "finding-severity-counts": {"CRITICAL": 1, "HIGH": 1}},
        },
    ),
    "ENHANCED": (
        {
            "source": "aws.inspector2",
            "detail-type": "Inspector2 Finding",
            "detail": {
                "severity": "CRITICAL",
                "status": "ACTIVE",
                "type": "PACKAGE_VULNERABILITY",
                "resources": [{"type": "AWS_ECR_CONTAINER_IMAGE"}],
            },
        },
        {
            "source": "aws.securityhub",
            "detail-type": "Security Hub Findings - Imported",
            "detail": {
                "findings": [
                    {
                        "ProductName": "Inspector",
                        "Severity": {"Label": "CRITICAL"},
                        "Workflow": {"Status": "NEW"},
                        "WorkflowState": "NEW",
                        "RecordState": "ACTIVE",
                        "Resources": [{"Type": "AwsEcrContainerImage"}],
                    },
                ],
            },
        },
    ),
}


@check(
    "aws.ecr.repository.scanned",
    on="aws.ecr.repository",
    control="application.scanning",
    severity=Severity.MEDIUM,
    title="Images of the repository are scanned",
    risk="Known weaknesses in images go into production unseen.",
    fix="aws ecr put-registry-scanning-configuration --scan-type ENHANCED --rules file://rules.json --region {region}",
)
def scanned(repository: Resource, inventory: Inventory) -> Verdict:
    item = repository["item"]
    for registry in inventory.all("aws.ecr.registry", region=repository.region):
        scanning = registry["scanning"] or {}
        if found := _frequency(scanning, item["repositoryName"]):
            return passed(f"{found} by {scanning.get('scanType', 'BASIC')} scanning of the registry")
        if scanning.get("scanType") == "ENHANCED":  # then the repository's own setting counts for nothing
            return failed("no rule of the registry's enhanced scanning takes in the repository")
    if item.get("imageScanningConfiguration", {}).get("scanOnPush"):
        return passed("scanned on push")
    return failed("images are scanned by hand or not at all")


def _frequency(scanning: dict[str, Any], name: str) -> str:
    """Return how often the registry's rules scan the repository *name* by themselves, if they do."""
    for rule in scanning.get("rules", []):
        fits = any(_fits(each["filter"], name) for each in rule.get("repositoryFilters", []))
        if fits and rule["scanFrequency"] in AUTOMATIC:
            return str(rule["scanFrequency"])
    return ""


def _fits(pattern: str, name: str) -> bool:
    """Tell whether a filter takes in *name*: without a wildcard, it need only be a part of it."""
    if "*" not in pattern:
        return pattern in name
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), name) is not None


@check(
    "aws.ecr.repository.immutable_tags",
    on="aws.ecr.repository",
    control="runtime.image_integrity",
    severity=Severity.MEDIUM,
    title="Tags of images cannot be moved",
    risk="Whoever may push can put another image under the name that is deployed.",
    fix="aws ecr put-image-tag-mutability --repository-name {name} --image-tag-mutability IMMUTABLE --region {region}",
)
def immutable_tags(repository: Resource) -> Verdict:
    item = repository["item"]
    state = item.get("imageTagMutability", "MUTABLE")
    if state == "IMMUTABLE":
        return passed("tags are immutable")
    if state == "IMMUTABLE_WITH_EXCLUSION":
        excluded = [each["filter"] for each in item.get("imageTagMutabilityExclusionFilters", [])]
        if "*" not in excluded:
            return passed(f"tags are immutable but for {', '.join(excluded)}")
    return failed(f"tags are {state}")


@check(
    "aws.ecr.repository.customer_key",
    on="aws.ecr.repository",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Repository is encrypted with a key of the customer's own",
    risk="Access to the images cannot be limited, logged or ended by a key of one's own.",
    fix="Create a repository with --encryption-configuration encryptionType=KMS,kmsKey=KEY; it cannot be changed later",
)
def customer_key(repository: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(repository, repository["item"].get("encryptionConfiguration", {}).get("kmsKey"), inventory)


@check(
    "aws.ecr.repository.not_public",
    on="aws.ecr.repository",
    control="data.public_exposure",
    severity=Severity.CRITICAL,
    title="Repository admits nobody unnamed",
    risk="Anybody with an AWS account may pull the images, or replace them.",
    fix="aws ecr set-repository-policy --repository-name {name} --policy-text file://policy.json --region {region}",
    cis=sharing.STRANGERS,
)
def not_public(repository: Resource) -> Verdict:
    return sharing.named(repository)


@check(
    "aws.ecr.repository.known_accounts",
    on="aws.ecr.repository",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Repository's policy admits only accounts of the organization",
    risk="An account that nobody here runs may pull the images, or replace them.",
    fix="Name only accounts of the organization in the policy, or add a condition on aws:PrincipalOrgID",
    cis=sharing.STRANGERS,
)
def known_accounts(repository: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(repository, inventory)


@check(
    "aws.ecr.repository.expires_images",
    on="aws.ecr.repository",
    control="data.retention",
    severity=Severity.LOW,
    title="Old images of the repository expire",
    risk="Images with old weaknesses can be deployed for ever.",
    fix="aws ecr put-lifecycle-policy --repository-name {name} --lifecycle-policy-text file://policy.json --region {region}",
)
def expires_images(repository: Resource) -> Verdict:
    rules = (repository["lifecycle"] or {}).get("rules", [])
    ending = [rule for rule in rules if rule.get("action", {}).get("type") == "expire"]
    return passed(f"{len(ending)} rules let images expire") if ending else failed("no rule lets images expire")


@check(
    "aws.ecr.registry.replicated",
    on="aws.ecr.registry",
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Images are copied to another region or account",
    risk="An outage of the region, or a deletion, takes the images that are needed to start anew.",
    fix="aws ecr put-replication-configuration --replication-configuration file://replication.json --region {region}",
)
def replicated(registry: Resource, inventory: Inventory) -> Verdict:
    if not any(True for _ in inventory.all("aws.ecr.repository", region=registry.region)):
        return skipped("no repositories in this region")
    targets = [each for rule in registry["replication"] or [] for each in rule["destinations"]]
    if not targets:
        return failed("no replication rules")
    return passed(f"copied to {', '.join(sorted({each['region'] for each in targets}))}")


@check(
    "aws.ecr.registry.weaknesses_told",
    on="aws.ecr.registry",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Somebody is told of weaknesses that scans find",
    risk="Scans find the hole in an image, and it stays in production until somebody happens to look.",
    fix="aws events put-rule --event-pattern file://pattern.json --region {region} for ECR Image Scan or, with enhanced"
    " scanning, Inspector2 Finding, then aws events put-targets",
)
def weaknesses_told(registry: Resource, inventory: Inventory) -> Verdict:
    if not any(True for _ in inventory.all("aws.ecr.repository", region=registry.region)):
        return skipped("no repositories in this region")
    kind = (registry["scanning"] or {}).get("scanType", "BASIC")
    at_work = rules(inventory, registry.region)
    for event in TOLD[kind]:
        passed_on = {**event, "region": registry.region, "account": registry.account}
        if any(patterns.matches(each, passed_on) for each in at_work):
            return passed(f"a rule passes on {event['detail-type']}")
    return failed(f"no rule passes on {TOLD[kind][0]['detail-type']}")


@check(
    "aws.ecr.registry.outsiders",
    on="aws.ecr.registry",
    control="access.external_trust",
    severity=Severity.HIGH,
    title="Registry takes images only from accounts of the organization",
    risk="An account that nobody here runs may put images into the registry by replication.",
    fix="aws ecr put-registry-policy --policy-text file://policy.json --region {region}",
    cis=sharing.STRANGERS,
)
def outsiders(registry: Resource, inventory: Inventory) -> Verdict:
    if registry["policy"] is None:
        return skipped("no registry policy")
    return sharing.known(registry, inventory)
