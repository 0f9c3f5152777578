"""Checks on Amazon EventBridge: buses and rules."""

from checks.aws import keys, sharing
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped


@check(
    "aws.eventbridge.event_bus.not_public",
    on="aws.eventbridge.event_bus",
    control="access.public_grant",
    severity=Severity.HIGH,
    title="Event bus admits nobody unnamed",
    risk="Anybody may put events on the bus, and so set off what listens to it.",
    fix="aws events remove-permission --event-bus-name {name} --statement-id SID --region {region}",
    cis=sharing.STRANGERS,
)
def not_public(bus: Resource) -> Verdict:
    return sharing.named(bus)


@check(
    "aws.eventbridge.event_bus.outsiders_known",
    on="aws.eventbridge.event_bus",
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Event bus admits the organization's accounts only",
    risk="Another company's account may put events on the bus, or make rules that send its events away.",
    fix="aws events put-permission --event-bus-name {name} with aws:PrincipalOrgID",
    cis=sharing.STRANGERS,
)
def outsiders_known(bus: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(bus, inventory)


@check(
    "aws.eventbridge.event_bus.customer_key",
    on="aws.eventbridge.event_bus",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Event bus is encrypted with the customer's own key",
    risk="Who may read the events cannot be limited, or ended, by a key of one's own.",
    fix="aws events update-event-bus --name {name} --kms-key-identifier KEY --region {region}",
)
def customer_key(bus: Resource, inventory: Inventory) -> Verdict:
    return keys.customer_key(bus, bus["settings"].get("KmsKeyIdentifier"), inventory)


@check(
    "aws.eventbridge.event_bus.logged",
    on="aws.eventbridge.event_bus",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Event bus logs what goes wrong",
    risk="Events that match no rule, or reach no target, are lost without a trace.",
    fix="aws events update-event-bus --name {name} --log-config Level=ERROR, and deliver its logs to a log group",
)
def logged(bus: Resource) -> Verdict:
    level = (bus["settings"].get("LogConfig") or {}).get("Level", "OFF")
    return (failed if level == "OFF" else passed)(f"the level of logs is {level}")


@check(
    "aws.eventbridge.rule.failures_kept",
    on="aws.eventbridge.rule",
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Events that a target does not take are kept",
    risk="When a target fails for a day, its events are gone.",
    fix="aws events put-targets --rule {name} with a DeadLetterConfig for each target",
)
def failures_kept(rule: Resource) -> Verdict:
    targets = rule["targets"] or []
    if rule["item"].get("ManagedBy") or not targets:
        return skipped("AWS manages the rule" if targets else "the rule has no targets")
    bare = [each["Id"] for each in targets if not (each.get("DeadLetterConfig") or {}).get("Arn")]
    if bare:
        return failed(f"no dead-letter queue for {', '.join(bare[:3])}")
    return passed(f"{len(targets)} target(s) have a dead-letter queue")


@check(
    "aws.eventbridge.rule.has_targets",
    on="aws.eventbridge.rule",
    control="detection.alarms",
    severity=Severity.LOW,
    title="Rule that is on has a target",
    risk="The rule matches, and nothing happens.",
    fix="aws events put-targets --rule {name} --targets Id=1,Arn=TARGET, or delete the rule",
)
def has_targets(rule: Resource) -> Verdict:
    if rule["item"]["State"] == "DISABLED":
        return skipped("the rule is off")
    targets = rule["targets"] or []
    return passed(f"{len(targets)} target(s)") if targets else failed("the rule has no targets")


@check(
    "aws.eventbridge.rule.without_secrets",
    on="aws.eventbridge.rule",
    control="identity.secrets",
    severity=Severity.HIGH,
    title="Rule tells its targets no secrets",
    risk="Everybody who may read the rule reads the secret.",
    fix="Keep the secret in Secrets Manager, let the target read it, and replace it: it must be taken for known",
)
def without_secrets(rule: Resource) -> Verdict:
    told = [
        (target["Id"], kind)
        for target in rule["targets"] or []
        for hidden in (target.get("Input"), (target.get("InputTransformer") or {}).get("InputTemplate"))
        if hidden
        for kind in hidden["$secret"]["detected"]
    ]
    if told:
        return failed(", ".join(f"the input of target {target} holds what looks like {kind}" for target, kind in told))
    return passed("no secret was detected in what targets are told")
