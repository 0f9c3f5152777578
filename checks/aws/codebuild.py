"""Checks on AWS CodeBuild: projects, report groups, and the credentials for sources."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checks.aws import containers, keys
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

PROJECT, REPORTS, CREDENTIAL = "aws.codebuild.project", "aws.codebuild.report_group", "aws.codebuild.source_credential"
UPDATE = "aws codebuild update-project --name {name} --region {region}"
AWS_KEYS = re.compile(r"AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)")
NAMED = re.compile(r"https?://[^/@]+@", re.IGNORECASE)
CURATED = "aws/codebuild/"
OF_AWS = ("CODEPIPELINE", "CODECOMMIT", "S3", "NO_SOURCE")
# What starts builds without anybody of the team having looked. Source: CodeBuild user guide, "GitHub webhook events".
PULLS = ("PULL_REQUEST_CREATED", "PULL_REQUEST_UPDATED", "PULL_REQUEST_REOPENED")
# A pattern is looked for anywhere in an id, so that 123 lets in 41235 too: whole ids alone name somebody.
_ID = r"(?:[\w:-]|\\?[{}])+"
_WHOLE = rf"\^(?:{_ID}|\((?:\?:)?{_ID}(?:\|{_ID})*\))\$"
WHOLE_IDS = re.compile(rf"{_WHOLE}(?:\|{_WHOLE})*")

Item = Mapping[str, Any]


def _sources(project: Resource) -> Iterator[Item]:
    row = project["project"]
    yield from (row.get("source") or {}, *(row.get("secondarySources") or []))


def _environment(project: Resource) -> Item:
    environment: Item = project["project"].get("environment") or {}
    return environment


@check(
    f"{PROJECT}.without_secrets",
    on=PROJECT,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Project's variables and commands hold no secrets",
    risk="Everybody who may read projects or builds reads the secret.",
    fix="Keep the secret in Secrets Manager, give the variable the type SECRETS_MANAGER, and replace it: it must be taken for"
    f" known; then {UPDATE}",
)
def without_secrets(project: Resource) -> Verdict:
    plain = [
        each
        for each in _environment(project).get("environmentVariables") or []
        if each.get("type", "PLAINTEXT") == "PLAINTEXT" and each.get("value")
    ]
    if keyed := sorted(each["name"] for each in plain if AWS_KEYS.fullmatch(each["name"])):
        return failed(f"holds keys of AWS: {', '.join(keyed)}")
    specs = [("buildspec", each.get("buildspec")) for each in _sources(project)]
    return containers.without_secrets((*containers.pairs(plain), *specs))


@check(
    f"{PROJECT}.address_without_password",
    on=PROJECT,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Address of the source names no user or password",
    risk="Everybody who may read projects reads the password, and may change the source.",
    fix=f"Connect with aws codeconnections create-connection, and replace the password; then {UPDATE}",
)
def address_without_password(project: Resource) -> Verdict:
    found = any(NAMED.match(each.get("location") or "") for each in _sources(project))
    return failed("an address holds a user or password") if found else passed("no address holds a password")


@check(
    f"{PROJECT}.not_public",
    on=PROJECT,
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Project's builds are not open to the world",
    risk="Anybody reads logs and results of builds, with all that was printed there.",
    fix="aws codebuild update-project-visibility --project-visibility PRIVATE --project-arn {id} --region {region}",
)
def not_public(project: Resource) -> Verdict:
    said = project["project"].get("projectVisibility", "PRIVATE")
    return (failed if said == "PUBLIC_READ" else passed)(f"visibility is {said}")


@check(
    f"{PROJECT}.strangers_build_nothing",
    on=PROJECT,
    control="application.exposure",
    severity=Severity.HIGH,
    title="Strangers cannot start builds by a pull request",
    risk="Whoever opens a pull request runs code of theirs with the project's role and secrets.",
    fix="aws codebuild update-webhook --project-name {name} --region {region} --pull-request-build-policy"
    " requiresCommentApproval=ALL_PULL_REQUESTS, or a filter on ACTOR_ACCOUNT_ID",
)
def strangers_build_nothing(project: Resource) -> Verdict:
    hook = project["project"].get("webhook")
    if not hook:
        return skipped("no webhook starts builds")
    # Not verified: that no policy is told where none holds. One that holds is told whole.
    approval = (hook.get("pullRequestBuildPolicy") or {}).get("requiresCommentApproval", "DISABLED")
    if approval in ("ALL_PULL_REQUESTS", "FORK_PULL_REQUESTS"):
        return passed(f"somebody approves first: {approval}")
    open_ = [group for group in hook.get("filterGroups") or [[]] if _takes_pulls(group) and not _names_actors(group)]
    return failed("a pull request of anybody starts a build") if open_ else passed("only named actors start builds")


def _takes_pulls(group: list[Item]) -> bool:
    """Tell whether a group of filters lets events of pull requests through; a group without events lets all through."""
    events = [each["pattern"] for each in group if each["type"] == "EVENT"]
    return not events or any(pull in pattern for pattern in events for pull in PULLS)


def _names_actors(group: list[Item]) -> bool:
    actors = [each["pattern"] for each in group if each["type"] == "ACTOR_ACCOUNT_ID" and not each.get("excludeMatchedPattern")]
    return any(WHOLE_IDS.fullmatch(pattern.strip()) for pattern in actors)


@check(
    f"{PROJECT}.unprivileged",
    on=PROJECT,
    control="access.least_privilege",
    severity=Severity.MEDIUM,
    title="Builds have no rights over their host",
    risk="Whatever a build downloads works as the root user of the machine that builds.",
    fix=f"{UPDATE} --environment with privilegedMode=false; images are built by a docker server of CodeBuild's instead",
)
def unprivileged(project: Resource) -> Verdict:
    on = _environment(project).get("privilegedMode")
    return failed("builds are privileged") if on else passed("builds are not privileged")


@check(
    f"{PROJECT}.image_pinned",
    on=PROJECT,
    control="runtime.image_integrity",
    severity=Severity.LOW,
    title="Project says which version of its image builds",
    risk="What builds, with the project's role, is whatever was pushed last, by whomever.",
    fix=f"{UPDATE} --environment with an image named by version or digest",
)
def image_pinned(project: Resource) -> Verdict:
    image = _environment(project).get("image")
    if not image:
        return skipped("no image")
    return passed("an image of CodeBuild's own") if image.startswith(CURATED) else containers.pinned([image])


@check(
    f"{PROJECT}.in_network",
    on=PROJECT,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="Builds run in a network of the customer's own",
    risk="What a build sends, and where to, passes no firewall and leaves no flow log.",
    fix=f"{UPDATE} --vpc-config vpcId=VPC,subnets=SUBNETS,securityGroupIds=GROUPS",
)
def in_network(project: Resource) -> Verdict:
    vpc = (project["project"].get("vpcConfig") or {}).get("vpcId")
    return passed(f"runs in {vpc}") if vpc else failed("runs in a network of AWS's")


@check(
    f"{PROJECT}.source_over_tls",
    on=PROJECT,
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Source is fetched over TLS that is checked",
    risk="Somebody in between puts code of theirs into the build.",
    fix=f"{UPDATE} --source with insecureSsl=false",
)
def source_over_tls(project: Resource) -> Verdict:
    found = any(each.get("insecureSsl") or str(each.get("location", "")).startswith("http://") for each in _sources(project))
    return failed("certificates are not checked") if found else passed("certificates are checked")


@check(
    f"{PROJECT}.results_encrypted",
    on=PROJECT,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Results and logs of builds are encrypted",
    risk="What was built, and what was printed on the way, lies readable in a bucket.",
    fix=f"{UPDATE} --artifacts and --logs-config with encryptionDisabled=false",
)
def results_encrypted(project: Resource) -> Verdict:
    row = project["project"]
    places = [row.get("artifacts") or {}, *(row.get("secondaryArtifacts") or [])]
    logs = (row.get("logsConfig") or {}).get("s3Logs") or {}
    clear = any(each.get("encryptionDisabled") for each in places)
    if logs.get("status") == "ENABLED" and logs.get("encryptionDisabled"):
        return failed("logs are not encrypted")
    return failed("results are not encrypted") if clear else passed("encryption is not turned off")


@check(
    f"{PROJECT}.customer_key",
    on=PROJECT,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Results of builds are encrypted with the customer's own key",
    risk="Access to what was built cannot be limited, logged or ended by a key of one's own.",
    fix=f"{UPDATE} --encryption-key KEY",
)
def customer_key(project: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(project, project["project"].get("encryptionKey"), inventory)


@check(
    f"{PROJECT}.logged",
    on=PROJECT,
    control="logging.access_logs",
    severity=Severity.MEDIUM,
    title="Builds are logged",
    risk="Nobody can tell what a build did, or what it fetched from where.",
    fix=f"{UPDATE} --logs-config cloudWatchLogs={{status=ENABLED}}",
)
def logged(project: Resource) -> Verdict:
    given = project["project"].get("logsConfig")
    if not given:
        return passed("logged to CloudWatch Logs, since nothing else was asked for")
    on = sorted(name for name in ("cloudWatchLogs", "s3Logs") if (given.get(name) or {}).get("status") == "ENABLED")
    return passed(f"logged to {', '.join(on)}") if on else failed("logs are turned off")


@check(
    f"{REPORTS}.encrypted",
    on=REPORTS,
    control="encryption.at_rest",
    severity=Severity.LOW,
    title="Exported test reports are encrypted",
    risk="Reports name weak spots of the program, and lie readable in a bucket.",
    fix="aws codebuild update-report-group --arn {id} --region {region} --export-config with encryptionDisabled=false",
)
def encrypted(group: Resource) -> Verdict:
    export = (group["group"] or {}).get("exportConfig") or {}
    if export.get("exportConfigType") != "S3":
        return skipped("not exported")
    clear = (export.get("s3Destination") or {}).get("encryptionDisabled")
    return failed("encryption is turned off") if clear else passed("encryption is not turned off")


@check(
    f"{CREDENTIAL}.no_stored_token",
    on=CREDENTIAL,
    control="identity.workload_identity",
    severity=Severity.MEDIUM,
    title="Builds sign in to the source by a connection",
    risk="A token that a person made reads all of that person's sources, for as long as nobody thinks of it.",
    fix="aws codeconnections create-connection, then aws codebuild delete-source-credentials --arn {id} --region {region}",
)
def no_stored_token(credential: Resource) -> Verdict:
    kind = credential["item"]["authType"]
    good = kind in ("CODECONNECTIONS", "SECRETS_MANAGER")
    return (passed if good else failed)(f"signs in by {kind}")
