import json
from typing import Any

from checks.aws import rds_logs as logs
from scanner.model import Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.cases_plans import detector
from tests.checks.aws.databases import cluster, every, groups, instance, item_of, member, of, options

EXPORTED, SIGN_INS, EVENTS = of(logs.logs_exported), of(logs.sign_ins_logged), of(logs.events_told)
ONE, MULTI, AURORA = "aws.rds.instance", "aws.rds.cluster", "aws.aurora.cluster"
SUBSCRIPTION, RULE, TOPIC = "aws.rds.event_subscription", "aws.eventbridge.rule", "arn:aws:sns:eu-west-1:123456789012:alerts"
WATCHED = logs.database_sign_ins_watched


def subscription(source: str | None = None, *categories: str, ids: tuple[str, ...] = (), **more: Any) -> Resource:
    item = {
        "SourceType": source,
        "EventCategoriesList": list(categories),
        "SourceIdsList": list(ids),
        "Enabled": True,
        "Status": "active",
        "SnsTopicArn": TOPIC,
    }
    return resource(SUBSCRIPTION, item={**item, **more})


def rule(*targets: str, state: str = "ENABLED", kind: str = "", **pattern: Any) -> Resource:
    kinds = {"detail-type": [kind]} if kind else {}
    item = {"State": state, "EventPattern": json.dumps({"source": ["aws.rds"], **kinds, **pattern})}
    return resource(RULE, item=item, targets=[{"Id": name} for name in targets])


ALL = ("configuration change", "failure", "maintenance")
SOURCES = {ONE: "db-instance", MULTI: "db-cluster", AURORA: "db-cluster"}

CASES = [
    *every(logs.logs_exported, PASS, EnabledCloudwatchLogsExports=["postgresql"]),
    *every(logs.logs_exported, FAIL, EnabledCloudwatchLogsExports=["upgrade"]),
    *every(logs.logs_exported, FAIL),
    case(EXPORTED[ONE], PASS, item=instance("mysql", EnabledCloudwatchLogsExports=["error", "audit"])),
    case(EXPORTED[ONE], FAIL, item=instance("mysql", EnabledCloudwatchLogsExports=["error", "slowquery"])),
    case(EXPORTED[ONE], PASS, item=instance("sqlserver-ex", EnabledCloudwatchLogsExports=["error"])),
    case(EXPORTED[ONE], PASS, item=instance("unheard-of", EnabledCloudwatchLogsExports=["audit"])),
    case(EXPORTED[ONE], FAIL, item=instance("unheard-of")),
    case(EXPORTED[ONE], SKIP, item=instance("custom-sqlserver-ee")),
    member(logs.logs_exported),
    *every(logs.sign_ins_logged, PASS, groups(log_connections="1")),
    *every(logs.sign_ins_logged, PASS, groups(log_connections="receipt,authentication")),
    *every(logs.sign_ins_logged, PASS, groups(shared_preload_libraries="pg_stat_statements,pgaudit")),
    *every(logs.sign_ins_logged, FAIL, groups(log_connections="0", shared_preload_libraries="pg_stat_statements")),
    *every(logs.sign_ins_logged, FAIL, groups()),
    *every(logs.sign_ins_logged, UNKNOWN),
    case(SIGN_INS[AURORA], PASS, item=cluster("aurora-mysql"), inventory=groups(server_audit_logging="1")),
    case(SIGN_INS[AURORA], PASS, item=cluster("aurora-mysql"), inventory=groups(general_log="ON")),
    case(SIGN_INS[AURORA], FAIL, item=cluster("aurora-mysql"), inventory=groups(server_audit_logging="0")),
    case(SIGN_INS[ONE], PASS, item=instance("mariadb"), inventory=[options("MARIADB_AUDIT_PLUGIN")]),
    case(SIGN_INS[ONE], PASS, item=instance("mysql"), inventory=[options(), *groups(general_log="1")]),
    case(SIGN_INS[ONE], FAIL, item=instance("mysql"), inventory=[options("MEMCACHED"), *groups(general_log="0")]),
    case(SIGN_INS[ONE], PASS, item=instance("sqlserver-se"), inventory=[options("SQLSERVER_AUDIT")]),
    case(SIGN_INS[ONE], FAIL, item=instance("sqlserver-se"), inventory=[options(), *groups()]),
    case(SIGN_INS[ONE], UNKNOWN, item=instance("mysql"), inventory=groups(general_log="0")),
    case(SIGN_INS[MULTI], FAIL, item=cluster("mysql"), inventory=groups(general_log="0")),
    case(SIGN_INS[ONE], SKIP, item=instance("oracle-se2")),
    member(logs.sign_ins_logged),
    case(WATCHED, PASS, inventory=[resource(ONE, item=instance()), detector(RDS_LOGIN_EVENTS="ENABLED")]),
    case(WATCHED, FAIL, inventory=[resource(ONE, item=instance()), detector(RDS_LOGIN_EVENTS="DISABLED")]),
    case(WATCHED, FAIL, inventory=[resource(MULTI, item=cluster("postgres"))]),
    case(WATCHED, SKIP, inventory=[resource(ONE, item=instance("mysql"))]),
    case(WATCHED, SKIP, inventory=[resource(ONE, region="us-east-1", item=instance())]),
    case(WATCHED, UNKNOWN, inventory=[unlisted(ONE)]),
    case(WATCHED, UNKNOWN, inventory=[resource(ONE, item=instance()), unlisted("aws.guardduty.detector")]),
    *(
        each
        for type, check in EVENTS.items()
        for each in (
            case(check, PASS, item=item_of(check), inventory=[subscription()]),
            case(check, PASS, item=item_of(check), inventory=[subscription(SOURCES[type], *ALL)]),
            case(check, PASS, item=item_of(check), inventory=[subscription(SOURCES[type], ids=("under-test",))]),
            case(check, PASS, item=item_of(check), inventory=[subscription(SOURCES[type], name) for name in ALL]),
            case(check, PASS, item=item_of(check), inventory=[rule("1")]),
            case(
                check,
                PASS,
                item=item_of(check),
                inventory=[subscription("", "failure"), rule("1", detail={"EventCategories": list(ALL[::2])})],
            ),
            case(check, FAIL, item=item_of(check)),
            case(check, FAIL, item=item_of(check), inventory=[subscription("db-snapshot")]),
            case(check, FAIL, item=item_of(check), inventory=[subscription(SOURCES[type], "failure", "maintenance")]),
            case(check, FAIL, item=item_of(check), inventory=[subscription(SOURCES[type], ids=("another",))]),
            case(check, FAIL, item=item_of(check), inventory=[subscription(Enabled=False)]),
            case(check, FAIL, item=item_of(check), inventory=[subscription(Status="topic-not-exist")]),
            case(check, FAIL, item=item_of(check), inventory=[rule()]),
            case(check, FAIL, item=item_of(check), inventory=[rule("1", state="DISABLED")]),
            case(check, FAIL, item=item_of(check), inventory=[rule("1", kind="RDS DB Snapshot Event")]),
            case(check, UNKNOWN, item=item_of(check), inventory=[unlisted(SUBSCRIPTION)]),
            case(check, UNKNOWN, item=item_of(check), inventory=[unlisted(RULE)]),
        )
    ),
    member(logs.events_told),
    case(
        logs.delivers,
        PASS,
        item=subscription()["item"],
        inventory=[resource("aws.sns.subscription", item={"TopicArn": TOPIC})],
    ),
    case(logs.delivers, PASS, item=subscription(SnsTopicArn="arn:aws:sns:eu-west-1:222222222222:alerts")["item"]),
    case(logs.delivers, FAIL, item=subscription()["item"]),
    case(logs.delivers, FAIL, item=subscription(Enabled=False)["item"]),
    case(logs.delivers, FAIL, item=subscription(Status="no-permission")["item"]),
    case(logs.delivers, UNKNOWN, item=subscription()["item"], inventory=[unlisted("aws.sns.subscription")]),
]
