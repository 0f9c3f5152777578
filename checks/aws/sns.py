"""Checks on Amazon SNS topics and subscriptions."""

from checks.aws import keys, sharing, transport
from scanner.evaluation.check import check
from scanner.model import Inventory, Resource, Severity, Verdict, failed, passed, skipped

TO_PEOPLE = ("email", "email-json", "sms")
WEB = ("http", "https")


@check(
    "aws.sns.topic.encrypted",
    on="aws.sns.topic",
    control="encryption.at_rest",
    severity=Severity.MEDIUM,
    title="Topic encrypts its messages at rest",
    risk="Messages are stored in the clear until they are delivered.",
    fix="aws sns set-topic-attributes --topic-arn {id} --attribute-name KmsMasterKeyId --attribute-value KEY --region {region}",
)
def encrypted(topic: Resource) -> Verdict:
    key = topic["attributes"].get("KmsMasterKeyId")
    return passed(f"encrypted with {key}") if key else failed("server-side encryption is off")


@check(
    "aws.sns.topic.customer_key",
    on="aws.sns.topic",
    control="encryption.customer_keys",
    severity=Severity.LOW,
    title="Topic is encrypted with a key of the customer's own",
    risk="Who may read the messages cannot be limited, or ended, by a key of one's own.",
    fix="aws sns set-topic-attributes --topic-arn {id} --attribute-name KmsMasterKeyId --attribute-value KEY --region {region}",
)
def customer_key(topic: Resource, inventory: Inventory) -> Verdict:
    key = topic["attributes"].get("KmsMasterKeyId")
    return keys.customer_key(topic, key, inventory) if key else failed("server-side encryption is off")


@check(
    "aws.sns.topic.refuses_plain_http",
    on="aws.sns.topic",
    control="encryption.in_transit",
    severity=Severity.LOW,
    title="Topic policy refuses to take messages over plain HTTP",
    risk="Messages can be read and changed on their way to the topic.",
    fix="Add a statement to the topic's policy that denies sns:Publish to everyone where aws:SecureTransport is false",
)
def refuses_plain_http(topic: Resource) -> Verdict:
    if transport.refuses_plain_http(topic["policy"], ["sns:Publish"]):
        return passed("the policy denies publishing without TLS")
    return failed("the policy does not deny publishing without TLS")


@check(
    "aws.sns.topic.not_public",
    on="aws.sns.topic",
    control="data.public_exposure",
    severity=Severity.HIGH,
    title="Topic admits nobody unnamed",
    risk="Anybody with an AWS account may read along, or send messages that systems and people trust.",
    fix="aws sns set-topic-attributes --topic-arn {id} --attribute-name Policy --attribute-value file://policy.json"
    " --region {region}",
    cis=sharing.STRANGERS,
)
def not_public(topic: Resource) -> Verdict:
    return sharing.named(topic)


@check(
    "aws.sns.topic.known_accounts",
    on="aws.sns.topic",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="Topic's policy admits only accounts of the organization",
    risk="An account that nobody here runs may read along or send messages.",
    fix="Name only accounts of the organization in the policy, or add a condition on aws:PrincipalOrgID",
    cis=sharing.STRANGERS,
)
def known_accounts(topic: Resource, inventory: Inventory) -> Verdict:
    return sharing.known(topic, inventory)


@check(
    "aws.sns.topic.services_bound",
    on="aws.sns.topic",
    control="access.external_trust",
    severity=Severity.MEDIUM,
    title="AWS services send to the topic for this account only",
    risk="Anybody can make the admitted service send messages here, from an account of their own.",
    fix="Add a condition on aws:SourceAccount or aws:SourceArn to the statements that admit services",
)
def services_bound(topic: Resource, inventory: Inventory) -> Verdict:
    return sharing.services_bound(topic, inventory)


@check(
    "aws.sns.topic.delivery_logged",
    on="aws.sns.topic",
    control="logging.access_logs",
    severity=Severity.LOW,
    title="Topic logs failed deliveries",
    risk="Lost messages, alarms among them, are noticed by nobody.",
    fix="aws sns set-topic-attributes --topic-arn {id} --attribute-name SQSFailureFeedbackRoleArn"
    " --attribute-value ROLE --region {region}, for each protocol in use",
)
def delivery_logged(topic: Resource) -> Verdict:
    suffix = "FailureFeedbackRoleArn"
    logged = [name.removesuffix(suffix) for name, role in topic["attributes"].items() if name.endswith(suffix) and role]
    return passed(f"logged for {', '.join(sorted(logged))}") if logged else failed("failed deliveries are not logged")


@check(
    "aws.sns.topic.subscribed",
    on="aws.sns.topic",
    control="governance.hygiene",
    severity=Severity.INFORMATIONAL,
    title="Somebody listens to the topic",
    risk="Whatever is sent to the topic, alarms among them, reaches nobody.",
    fix="aws sns subscribe --topic-arn {id} --protocol PROTOCOL --notification-endpoint ENDPOINT, or delete the topic",
)
def subscribed(topic: Resource) -> Verdict:
    number = int(topic["attributes"]["SubscriptionsConfirmed"])
    return passed(f"{number} confirmed subscriptions") if number else failed("no confirmed subscription")


@check(
    "aws.sns.subscription.encrypted_delivery",
    on="aws.sns.subscription",
    control="encryption.in_transit",
    severity=Severity.MEDIUM,
    title="Messages are delivered encrypted",
    risk="Messages can be read and changed on their way to the endpoint.",
    fix="aws sns unsubscribe --subscription-arn {id}, then subscribe the endpoint with the protocol https",
)
def encrypted_delivery(subscription: Resource) -> Verdict:
    protocol = subscription["item"]["Protocol"]
    return failed("delivered over plain HTTP") if protocol == "http" else passed(f"delivered by {protocol}")


# SNS knows basic and digest authentication only, with user and password in the address: developer guide, "HTTPS endpoints".
@check(
    "aws.sns.subscription.without_password",
    on="aws.sns.subscription",
    control="identity.secrets",
    severity=Severity.LOW,
    title="Subscriber's address holds no password",
    risk="The password lies in a setting that nothing rotates, and in the script or template of whoever subscribed.",
    fix="Let the endpoint verify the signature of messages instead, and subscribe it anew without user and password",
)
def without_password(subscription: Resource) -> Verdict:
    protocol = subscription["item"]["Protocol"]
    if protocol not in WEB:
        return skipped(f"delivered by {protocol}")
    return failed("the address names a user") if subscription["names_user"] else passed("the address names no user")


@check(
    "aws.sns.subscription.known_owner",
    on="aws.sns.subscription",
    control="data.external_sharing",
    severity=Severity.MEDIUM,
    title="Subscriber belongs to the organization",
    risk="An account that nobody here runs reads along.",
    fix="aws sns unsubscribe --subscription-arn {id}, and narrow the topic's policy",
)
def known_owner(subscription: Resource, inventory: Inventory) -> Verdict:
    owner = subscription["item"]["Owner"]
    return sharing.members_only({owner} - {subscription.account}, inventory)


@check(
    "aws.sns.subscription.dead_letter",
    on="aws.sns.subscription",
    control="resilience.failure_handling",
    severity=Severity.LOW,
    title="Messages that cannot be delivered are kept",
    risk="When the endpoint is down for long, its messages are lost.",
    fix="aws sns set-subscription-attributes --subscription-arn {id} --attribute-name RedrivePolicy"
    " --attribute-value file://redrive.json --region {region}",
)
def dead_letter(subscription: Resource) -> Verdict:
    item = subscription["item"]
    if item["Protocol"] in TO_PEOPLE:
        return skipped("people have no queue for failed messages")
    if item["Owner"] != subscription.account:
        return skipped(f"set by account {item['Owner']}")
    target = (subscription["redrive"] or {}).get("deadLetterTargetArn")
    return passed(f"kept in {target}") if target else failed("no dead-letter queue")
