"""Checks on functions of AWS Lambda: their variables, runtimes, networks, logs, and what becomes of failed work."""

from __future__ import annotations

from datetime import datetime

from checks.aws import keys
from checks.aws.recorded import use_recorded
from checks.support import lasting, supported
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped, unknown

FUNCTION = "aws.lambda.function"
CONFIGURE = "aws lambda update-function-configuration --function-name {name} --region {region}"
IMAGE = "Image"


def _variables(function: Resource) -> dict[str, dict[str, dict[str, list[str]]]]:
    environment = function["item"].get("Environment") or {}
    return environment.get("Variables") or {}


# ---- variables -------------------------------------------------------------------------------------------------------


@check(
    "aws.lambda.function.without_secrets",
    on=FUNCTION,
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Function's variables hold no secrets",
    risk="Everybody who may read the function's settings reads the secret.",
    fix="Keep the secret in Secrets Manager, let the function read it, and replace it: it must be taken for known",
)
def without_secrets(function: Resource) -> Verdict:
    kinds = {name: hidden["$secret"]["detected"] for name, hidden in sorted(_variables(function).items())}
    found = [f"{name} holds what looks like {', '.join(detected)}" for name, detected in kinds.items() if detected]
    if found:
        return failed("; ".join(found))
    if error := (function["item"].get("Environment") or {}).get("Error"):
        return unknown(f"the variables could not be decrypted: {error.get('ErrorCode', 'no reason given')}")
    return passed(f"{len(kinds)} variable(s), none of which looks like a secret")


@check(
    "aws.lambda.function.customer_key",
    on=FUNCTION,
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Function's variables are encrypted with the customer's own key",
    risk="Whoever may read the function's settings reads its variables: no key of one's own limits, logs or ends that.",
    fix=f"{CONFIGURE} --kms-key-arn KEY",
)
def customer_key(function: Resource, inventory: Inventory) -> Verdict:
    if not function["item"].get("Environment"):
        return skipped("the function has no variables")
    return keys.customer_key(function, function["item"].get("KMSKeyArn"), inventory)


# ---- code and runtime ------------------------------------------------------------------------------------------------


@check(
    "aws.lambda.function.supported_runtime",
    on=FUNCTION,
    control="runtime.supported_version",
    severity=Severity.MEDIUM,
    title="Function runs on a runtime that AWS keeps up to date",
    risk="Holes in the language and the system below it stay open for ever.",
    fix=f"{CONFIGURE} --runtime RUNTIME, after a test with the newer language",
)
def supported_runtime(function: Resource, now: datetime) -> Verdict:
    item = function["item"]
    runtime = item.get("Runtime")
    if item.get("PackageType") == IMAGE or not runtime:
        return skipped("a container image, which its makers keep up to date")
    return supported("aws.lambda", runtime, now)


SUPPORT_LASTS = lasting(supported_runtime)


@check(
    "aws.lambda.function.runtime_updated",
    on=FUNCTION,
    control="runtime.automatic_updates",
    severity=Severity.LOW,
    title="Function takes updates of its runtime by itself",
    risk="Patches of the language and the system never arrive, or only when somebody deploys.",
    fix="aws lambda put-runtime-management-config --function-name {name} --update-runtime-on Auto --region {region}",
)
def runtime_updated(function: Resource) -> Verdict:
    if function["item"].get("PackageType") == IMAGE:
        return skipped("a container image, which its makers keep up to date")
    mode = (function["runtime_management"] or {}).get("UpdateRuntimeOn")
    if mode is None:
        return skipped("AWS tells of no updates of its runtime")
    return (passed if mode == "Auto" else failed)(f"updates of the runtime: {mode}")


@check(
    "aws.lambda.function.code_signed",
    on=FUNCTION,
    control="governance.code_signing",
    severity=Severity.LOW,
    title="Function takes only code that was signed",
    risk="Whoever may deploy, or stole the right to, puts in code that nobody reviewed.",
    fix="aws lambda put-function-code-signing-config --function-name {name} --code-signing-config-arn ARN --region {region}",
)
def code_signed(function: Resource, inventory: Inventory) -> Verdict:
    if function["item"].get("PackageType") == IMAGE:
        return skipped("Lambda checks no signatures of container images")
    for config in inventory.where("aws.lambda.code_signing_config", "functions", function.id, region=function.region):
        action = (config["item"].get("CodeSigningPolicies") or {}).get("UntrustedArtifactOnDeployment", "Warn")
        return (passed if action == "Enforce" else failed)(f"{config.name} answers code that is not signed with: {action}")
    return failed("no code signing configuration")


# ---- network ---------------------------------------------------------------------------------------------------------


@check(
    "aws.lambda.function.in_network",
    on=FUNCTION,
    control="network.segmentation",
    severity=Severity.INFORMATIONAL,
    title="Function runs in a network of the customer's own",
    risk="What the function sends, and where to, passes no firewall and leaves no flow log.",
    fix=f"{CONFIGURE} --vpc-config SubnetIds=SUBNETS,SecurityGroupIds=GROUPS",
)
def in_network(function: Resource) -> Verdict:
    vpc = (function["item"].get("VpcConfig") or {}).get("VpcId")
    return passed(f"runs in {vpc}") if vpc else failed("runs in a network of AWS's")


@check(
    "aws.lambda.function.multi_zone",
    on=FUNCTION,
    control="resilience.multi_zone",
    severity=Severity.LOW,
    title="Function in a VPC has subnets in more than one zone",
    risk="When the zone fails, the function cannot run.",
    fix=f"{CONFIGURE} --vpc-config SubnetIds=SUBNETS,SecurityGroupIds=GROUPS",
)
def multi_zone(function: Resource, inventory: Inventory) -> Verdict:
    subnets = (function["item"].get("VpcConfig") or {}).get("SubnetIds") or []
    if not subnets:
        return skipped("not in a VPC: AWS runs it in several zones")
    found = [each for id in subnets for each in inventory.where("aws.vpc.subnet", "item.SubnetId", id, region=function.region)]
    zones = sorted({each["item"]["AvailabilityZone"] for each in found})
    if len(zones) > 1:
        return passed(f"runs in {', '.join(zones)}")
    if len(found) < len(subnets):
        return unknown("some of its subnets were not found")
    return failed(f"runs in {zones[0]} only")


# ---- logs ------------------------------------------------------------------------------------------------------------


@check(
    "aws.lambda.function.logged",
    on=FUNCTION,
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Function writes logs",
    risk="Nobody can tell when it ran, what failed, or what an attacker made it do.",
    fix="Allow logs:CreateLogGroup, logs:CreateLogStream and logs:PutLogEvents in the policies of the function's role",
)
def logged(function: Resource, inventory: Inventory) -> Verdict:
    item = function["item"]
    if item.get("MasterArn"):
        return skipped("a copy of a function of Lambda@Edge, which writes its logs where it runs")
    name = (item.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{function.name}"
    for _ in inventory.where("aws.logs.log_group", "item.logGroupName", name, region=function.region):
        return passed(f"the log group {name} is there")
    return failed(f"there is no log group {name}: the function never ran, or may not write logs")


@check(
    "aws.account.account.functions_recorded",
    on="aws.account.account",
    service="aws.lambda",
    control="logging.data_events",
    severity=Severity.LOW,
    title="A trail records who calls functions",
    risk="Nobody can tell who ran a function, or with which right.",
    fix="aws cloudtrail put-event-selectors with data events of AWS::Lambda::Function",
)
def functions_recorded(_account: Resource, inventory: Inventory) -> Verdict:
    return use_recorded(inventory, FUNCTION, "AWS::Lambda::Function", "lambda")


# ---- failed work ----------------------------------------------------------------------------------------------------


@check(
    "aws.lambda.function.failures_kept",
    on=FUNCTION,
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Events that the function fails on are kept",
    risk="An event that fails three times is lost, and nobody knows that it was there.",
    fix="aws lambda put-function-event-invoke-config --function-name {name} --region {region}"
    " --destination-config OnFailure={Destination=QUEUE}",
)
def failures_kept(function: Resource) -> Verdict:
    if queue := (function["item"].get("DeadLetterConfig") or {}).get("TargetArn"):
        return passed(f"kept in {queue}")
    for config in function["invocation"] or []:
        if destination := ((config.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination"):
            return passed(f"sent to {destination}")
    return failed("no dead-letter queue, and no destination for failures")


@check(
    "aws.lambda.function.concurrency_reserved",
    on=FUNCTION,
    control="resilience.quotas",
    severity=Severity.INFORMATIONAL,
    title="Function has a share of the account's capacity, and no more",
    risk="One function that runs wild, or is called too often on purpose, stops all others and costs without end.",
    fix="aws lambda put-function-concurrency --function-name {name} --reserved-concurrent-executions NUMBER --region {region}",
)
def concurrency_reserved(function: Resource) -> Verdict:
    number = function["concurrency"]
    return failed("no concurrency is reserved") if number is None else passed(f"{number} executions at once are reserved")
