from typing import Any

import pytest

from checks.aws import rds_settings as settings
from scanner.model import Outcome, Resource
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.aws.databases import cluster, every, instance, member, of

ONE, MULTI, AURORA = "aws.rds.instance", "aws.rds.cluster", "aws.aurora.cluster"
PORT, NAME, BACK = of(settings.own_port), of(settings.own_administrator), of(settings.goes_back)
REPLICA = {"ReadReplicaSourceDBInstanceIdentifier": "orders", "MasterUsername": "admin"}
DATABASE = resource(ONE)


def at(port: int) -> dict[str, Any]:
    return {"Endpoint": {"Address": "x", "Port": port}}


def subscription(source: str | None = "db-parameter-group", *categories: str, **more: Any) -> Resource:
    row = {"SourceType": source, "EventCategoriesList": list(categories), "Enabled": True, "Status": "active", **more}
    return resource("aws.rds.event_subscription", item=row)


def rule(pattern: str, state: str = "ENABLED", targets: Any = ({"Id": "1"},)) -> Resource:
    return resource("aws.eventbridge.rule", item={"EventPattern": pattern, "State": state}, targets=list(targets))


OF_GROUPS = '{"source": ["aws.rds"], "detail-type": ["RDS DB Parameter Group Event"]}'
OF_INSTANCES = '{"source": ["aws.rds"], "detail-type": ["RDS DB Instance Event"]}'


def told(outcome: Outcome, *inventory: Any) -> pytest.ParameterSet:
    found: pytest.ParameterSet = case(settings.parameter_changes_told, outcome, inventory=[DATABASE, *inventory])
    return found


CASES = [
    *every(settings.own_administrator, PASS, MasterUsername="keeper"),
    *every(settings.own_administrator, PASS, MasterUsername="administrators_choice"),
    *every(settings.own_administrator, FAIL, MasterUsername="postgres"),
    *every(settings.own_administrator, FAIL, MasterUsername="Admin"),
    case(NAME[ONE], SKIP, item=instance(**REPLICA)),
    member(settings.own_administrator),
    case(PORT[ONE], PASS, item=instance(**at(5433))),
    case(PORT[ONE], PASS, item=instance("mysql", **at(5432))),
    case(PORT[ONE], FAIL, item=instance(**at(5432))),
    case(PORT[ONE], FAIL, item=instance("oracle-se2", **at(1521))),
    case(PORT[ONE], FAIL, item=instance("custom-sqlserver-se", **at(1433))),
    case(PORT[ONE], SKIP, item=instance(Endpoint=None)),
    case(PORT[MULTI], PASS, item=cluster("mysql", Port=3307)),
    case(PORT[MULTI], FAIL, item=cluster("mysql", Port=3306)),
    case(PORT[AURORA], PASS, item=cluster("aurora-mysql", Port=5432)),
    case(PORT[AURORA], FAIL, item=cluster(Port=5432)),
    member(settings.own_port),
    *every(settings.measured_closely, PASS, MonitoringInterval=60),
    *every(settings.measured_closely, FAIL, MonitoringInterval=0),
    *every(settings.measured_closely, FAIL),
    member(settings.measured_closely),
    case(BACK[AURORA], PASS, item=cluster("aurora-mysql", BacktrackWindow=86400, EngineMode="provisioned")),
    case(BACK[AURORA], FAIL, item=cluster("aurora-mysql", BacktrackWindow=0)),
    case(BACK[AURORA], FAIL, item=cluster("aurora-mysql")),
    case(BACK[AURORA], SKIP, item=cluster("aurora-mysql", EngineMode="serverless")),
    case(BACK[AURORA], SKIP, item=cluster()),
    told(PASS, subscription()),
    told(PASS, subscription(None)),
    told(PASS, subscription("db-parameter-group", "configuration change")),
    told(PASS, rule(OF_GROUPS)),
    told(FAIL),
    told(FAIL, subscription("db-instance")),
    told(FAIL, subscription(Enabled=False)),
    told(FAIL, subscription(Status="no-permission")),
    told(FAIL, subscription(SourceIdsList=["ours"])),
    told(FAIL, rule(OF_INSTANCES)),
    told(FAIL, rule(OF_GROUPS, "DISABLED")),
    told(FAIL, rule(OF_GROUPS, targets=[])),
    told(UNKNOWN, unlisted("aws.rds.event_subscription")),
    told(UNKNOWN, unlisted("aws.eventbridge.rule")),
    case(settings.parameter_changes_told, SKIP),
    case(settings.parameter_changes_told, SKIP, inventory=[resource(ONE, region="us-east-1")]),
]
