"""Checks on AWS Glue: jobs, crawlers, development endpoints and transforms. Connections and the catalog: `glue_catalog.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from checks.aws import containers
from checks.aws.redshift import limited
from checks.support import supported
from scanner.evaluation.check import Check, check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

SERVICE = "aws.glue"
JOB, CRAWLER, ENDPOINT, TRANSFORM = (f"{SERVICE}.{kind}" for kind in ("job", "crawler", "dev_endpoint", "ml_transform"))
CONNECTION, CONFIGURATION = f"{SERVICE}.connection", f"{SERVICE}.security_configuration"
UPDATE = "aws glue update-job --job-name {name} --region {region} --job-update with "
# Names of commands. Source: Glue API reference, "JobCommand".
SPARK, SHELL = ("glueetl", "gluestreaming"), "pythonshell"
# What 3 alone means to a Python shell. Source: Terraform's provider, glue_job, python_version.
PYTHON_3 = {"3": "3.6"}
AUTOMATIC = "auto"
LOGS_AS_IT_RUNS = (5, 0)  # Source: Glue user guide, "Logging for AWS Glue jobs"


def _version(job: Resource) -> tuple[int, ...] | None:
    """Return the version of Glue as numbers, none where AWS chooses it or the job names none."""
    parts = str(job["item"].get("GlueVersion") or "").split(".")
    return tuple(map(int, parts)) if all(part.isdigit() for part in parts) else None


def _command(job: Resource) -> str:
    return str((job["item"].get("Command") or {}).get("Name") or "")


@check(
    f"{JOB}.supported_version",
    on=JOB,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Job runs on a version of Glue that is still maintained",
    risk="Holes in Spark, Python and what comes with them are no longer closed.",
    fix=UPDATE + "GlueVersion of the newest version, and PythonVersion 3.9 for a Python shell",
)
def supported_version(job: Resource, now: datetime) -> Verdict:
    command, named = _command(job), job["item"].get("GlueVersion")
    if command == SHELL:
        python = str((job["item"].get("Command") or {}).get("PythonVersion") or "2")
        return supported("aws.glue.shell", PYTHON_3.get(python, python), now)
    if command not in SPARK:
        return skipped(f"a job of the kind {command or 'that is not told'}")
    if named == AUTOMATIC:
        return passed("AWS chooses the version")
    if not named:
        return failed("names no version, as jobs made before there was a choice")
    return supported("aws.glue", str(named), now)


@check(
    f"{JOB}.without_secrets",
    on=JOB,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Arguments of the job hold no secrets",
    risk="Everybody who may list jobs, or read their logs, reads the secret.",
    fix="Keep the secret in Secrets Manager, let the job read it with its role, and replace it; then "
    + UPDATE
    + "no secret in it",
)
def without_secrets(job: Resource) -> Verdict:
    item = job["item"]
    given = {**(item.get("DefaultArguments") or {}), **(item.get("NonOverridableArguments") or {})}
    return containers.without_secrets(given.items(), "argument(s)")


def _role(named: str | None, inventory: Inventory) -> Verdict:
    """Pass when the role that Glue names, by ARN or by its name alone, does not hold every right."""
    if not named or named.startswith("arn:"):
        return limited([named] if named else [], inventory)
    found = [each.id for each in inventory.where("aws.iam.role", "item.RoleName", named.rpartition("/")[2])]
    return limited(found, inventory) if found else unknown(f"the role {named} was not found")


def _encrypted(resource: Resource, named: str | None, inventory: Inventory) -> Verdict:
    """Pass when the security configuration *named* encrypts all that a job or crawler leaves behind."""
    if not named:
        return failed("it has no security configuration")
    for each in inventory.where(CONFIGURATION, "item.Name", named, region=resource.region):
        clear = _clear(each)
        said = f"the security configuration {named} does not encrypt {', '.join(clear)}"
        return failed(said) if clear else passed(f"encrypted by the security configuration {named}")
    return unknown(f"the security configuration {named} was not found")


def _clear(configuration: Resource) -> list[str]:
    """Return what the configuration leaves in the clear."""
    told = configuration["item"].get("EncryptionConfiguration") or {}
    results = [each.get("S3EncryptionMode", "DISABLED") for each in told.get("S3Encryption") or [{}]]
    logs = (told.get("CloudWatchEncryption") or {}).get("CloudWatchEncryptionMode", "DISABLED")
    bookmarks = (told.get("JobBookmarksEncryption") or {}).get("JobBookmarksEncryptionMode", "DISABLED")
    modes = {"results": "DISABLED" if "DISABLED" in results else "", "logs": logs, "bookmarks": bookmarks}
    return [name for name, mode in modes.items() if mode == "DISABLED"]


@dataclass(frozen=True, slots=True)
class Runs:
    """A type that runs with a role, and leaves something behind. ``role`` and ``configuration``: fields that name them."""

    type: str
    noun: str
    role: str
    configuration: str
    risk: str
    fix: str


RUNS = (
    Runs(JOB, "Job", "Role", "SecurityConfiguration", "change the job's script, or a package that it loads,", UPDATE),
    Runs(
        CRAWLER,
        "Crawler",
        "Role",
        "CrawlerSecurityConfiguration",
        "point the crawler elsewhere",
        "aws glue update-crawler --name {name} --region {region} with ",
    ),
    Runs(
        ENDPOINT,
        "Development endpoint",
        "RoleArn",
        "SecurityConfiguration",
        "open a session on the endpoint",
        "aws glue delete-dev-endpoint --endpoint-name {name} --region {region}; start interactive sessions in its place, with ",
    ),
)


def _limited(runs: Runs) -> Check:
    @check(
        f"{runs.type}.role_limited",
        on=runs.type,
        control="access.administrators",
        severity=Severity.HIGH,
        title=f"{runs.noun} works with a role that does not hold every right",
        risk=f"Whoever may {runs.risk} holds the account.",
        fix=runs.fix + "a role that names the buckets, keys and tables that it needs",
    )
    def judge(resource: Resource, inventory: Inventory) -> Verdict:
        return _role(resource["item"].get(runs.role), inventory)

    return judge


def _secured(runs: Runs) -> Check:
    @check(
        f"{runs.type}.encrypted",
        on=runs.type,
        control="encryption.at_rest",
        severity=Severity.MEDIUM,
        title=f"{runs.noun} encrypts results, logs and bookmarks",
        risk="What it writes, prints and remembers lies readable for whoever gets at the bucket or the log group.",
        fix=runs.fix + "a security configuration that encrypts all three",
    )
    def judge(resource: Resource, inventory: Inventory) -> Verdict:
        return _encrypted(resource, resource["item"].get(runs.configuration), inventory)

    return judge


LIMITED = tuple(_limited(each) for each in RUNS)
SECURED = tuple(_secured(each) for each in RUNS)


@check(
    f"{JOB}.logged_as_it_runs",
    on=JOB,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Job logs as it runs",
    risk="Of a job that was killed, or that somebody stopped, nobody can tell what it had done.",
    fix=UPDATE + "--enable-continuous-cloudwatch-log=true among its DefaultArguments",
)
def logged_as_it_runs(job: Resource) -> Verdict:
    item, command = job["item"], _command(job)
    if command not in SPARK:
        return skipped(f"a job of the kind {command or 'that is not told'}")
    version = _version(job)
    if item.get("GlueVersion") == AUTOMATIC or (version and version >= LOGS_AS_IT_RUNS):
        return passed("this version always does")
    on = str(item.get("ContinuousLog") or "").lower() == "true"
    return passed("continuous logging is on") if on else failed("continuous logging is off")


@check(
    f"{JOB}.in_network",
    on=JOB,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="Job runs in a network of the customer's own",
    risk="What the job sends, and where to, passes no firewall and leaves no flow log.",
    fix=UPDATE + "a connection of the type NETWORK",
)
def in_network(job: Resource, inventory: Inventory) -> Verdict:
    named = (job["item"].get("Connections") or {}).get("Connections") or []
    missing = []
    for name in named:
        found = list(inventory.where(CONNECTION, "item.Name", name, region=job.region))
        missing += [] if found else [name]
        for each in found:
            if subnet := (each["item"].get("PhysicalConnectionRequirements") or {}).get("SubnetId"):
                return passed(f"runs in {subnet}")
    return unknown(f"the connection {', '.join(missing)} was not found") if missing else failed("runs in a network of AWS's")


@check(
    f"{JOB}.started_anew",
    on=JOB,
    control="resilience.self_healing",
    severity=Severity.INFORMATIONAL,
    title="Job is started anew when it failed",
    risk="One lost machine, or a database that was down for a minute, and a night's data is missing.",
    fix=UPDATE + "MaxRetries of 1 or more",
)
def started_anew(job: Resource) -> Verdict:
    times = job["item"].get("MaxRetries") or 0
    return passed(f"started anew {times} time(s)") if times else failed("not started anew")


@check(
    f"{ENDPOINT}.not_public",
    on=ENDPOINT,
    control="network.public_access",
    severity=Severity.HIGH,
    title="Development endpoint has no public address",
    risk="Whoever holds the key, or finds a hole in the endpoint, works with the rights of its role from anywhere.",
    fix="aws glue delete-dev-endpoint --endpoint-name {name} --region {region}; interactive sessions take its place",
)
def not_public(endpoint: Resource) -> Verdict:
    address = endpoint["item"].get("PublicAddress")
    return failed(f"has the address {address}") if address else passed("has no public address")


@check(
    f"{TRANSFORM}.user_data_encrypted",
    on=TRANSFORM,
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Transform encrypts what people taught it",
    risk="Samples of the data, and what people said of them, lie readable for whoever gets at the bucket.",
    fix="Create the transform anew with --transform-encryption MlUserDataEncryption={MlUserDataEncryptionMode=SSE-KMS}",
)
def user_data_encrypted(transform: Resource) -> Verdict:
    told = (transform["item"].get("TransformEncryption") or {}).get("MlUserDataEncryption") or {}
    mode = told.get("MlUserDataEncryptionMode", "DISABLED")
    return (failed if mode == "DISABLED" else passed)(f"encryption of user data is {mode}")
