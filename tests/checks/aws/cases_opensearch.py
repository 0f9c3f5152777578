import json
from typing import Any

import pytest

from checks.aws import opensearch
from scanner.evaluation.check import Check
from scanner.model import Outcome
from tests.cases import FAIL, PASS, SKIP, UNKNOWN, case, unlisted
from tests.checks.aws.policies import (
    ALONE,
    AWS_KEY,
    FOREIGN,
    IN_ORGANIZATION,
    KEY_ARN,
    MANAGED,
    OUR_KEY,
    OWN,
    PERHAPS,
    PUBLIC,
    SIBLING,
)

VPC = {"VPCOptions": {"VPCId": "vpc-1", "SubnetIds": ["subnet-1"]}}
WITH_KEY = {"EncryptionAtRestOptions": {"Enabled": True, "KmsKeyId": KEY_ARN}}
CURRENT = "Policy-Min-TLS-1-2-PFS-2023-10"


def asked(check: Check, outcome: Outcome, /, inventory: Any = (), **status: Any) -> pytest.ParameterSet:
    found: pytest.ParameterSet = case(check, outcome, status=status, inventory=inventory)
    return found


def policy(document: dict[str, Any]) -> dict[str, str]:
    return {"AccessPolicies": json.dumps(document)}


def logs(kind: str, **more: Any) -> dict[str, Any]:
    return {"LogPublishingOptions": {kind: {"CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:1:log-group:x", **more}}}


def endpoint(**options: Any) -> dict[str, Any]:
    return {"DomainEndpointOptions": options}


def security(**options: Any) -> dict[str, Any]:
    return {"AdvancedSecurityOptions": options}


ALL = [
    *(opensearch.encrypted, opensearch.customer_key, opensearch.nodes_encrypted, opensearch.tls_required),
    *(opensearch.central_sign_in, opensearch.fine_grained, opensearch.no_anonymous, opensearch.not_public),
    *(opensearch.known_accounts, opensearch.in_vpc, opensearch.supported_version, opensearch.software_current),
    *(opensearch.audited, opensearch.errors_logged, opensearch.multi_zone, opensearch.masters),
]

CASES = [
    *(asked(check, SKIP, Deleted=True) for check in ALL),
    *(case(check, UNKNOWN, status=None) for check in ALL),
    asked(opensearch.encrypted, PASS, **WITH_KEY),
    asked(opensearch.encrypted, FAIL, EncryptionAtRestOptions={"Enabled": False}),
    asked(opensearch.encrypted, FAIL),
    asked(opensearch.customer_key, PASS, [OUR_KEY], **WITH_KEY),
    asked(opensearch.customer_key, FAIL, [AWS_KEY], **WITH_KEY),
    asked(opensearch.customer_key, UNKNOWN, [unlisted("aws.kms.key")], **WITH_KEY),
    asked(opensearch.customer_key, SKIP),
    asked(opensearch.nodes_encrypted, PASS, NodeToNodeEncryptionOptions={"Enabled": True}),
    asked(opensearch.nodes_encrypted, FAIL, NodeToNodeEncryptionOptions={"Enabled": False}),
    asked(opensearch.nodes_encrypted, FAIL),
    asked(opensearch.tls_required, PASS, **endpoint(EnforceHTTPS=True, TLSSecurityPolicy=CURRENT)),
    asked(opensearch.tls_required, FAIL, **endpoint(EnforceHTTPS=False, TLSSecurityPolicy=CURRENT)),
    asked(opensearch.tls_required, FAIL, **endpoint(EnforceHTTPS=True, TLSSecurityPolicy="Policy-Min-TLS-1-0-2019-07")),
    asked(opensearch.tls_required, FAIL, **endpoint(EnforceHTTPS=True)),
    asked(opensearch.tls_required, FAIL),
    asked(opensearch.central_sign_in, PASS, **security(Enabled=True, InternalUserDatabaseEnabled=False)),
    asked(opensearch.central_sign_in, FAIL, **security(Enabled=True, InternalUserDatabaseEnabled=True)),
    asked(opensearch.central_sign_in, SKIP, **security(Enabled=False)),
    asked(opensearch.fine_grained, PASS, **security(Enabled=True)),
    asked(opensearch.fine_grained, FAIL, **security(Enabled=False)),
    asked(opensearch.fine_grained, FAIL),
    asked(opensearch.no_anonymous, PASS, **security(Enabled=True, AnonymousAuthEnabled=False)),
    asked(opensearch.no_anonymous, PASS, CognitoOptions={"Enabled": True}),
    asked(opensearch.no_anonymous, FAIL, **security(Enabled=True, AnonymousAuthEnabled=True)),
    asked(opensearch.no_anonymous, FAIL),
    asked(opensearch.not_public, PASS),
    asked(opensearch.not_public, PASS, **policy(OWN)),
    asked(opensearch.not_public, PASS, **policy(IN_ORGANIZATION)),
    asked(opensearch.not_public, PASS, **policy(PUBLIC), **VPC),
    asked(opensearch.not_public, FAIL, **policy(PUBLIC)),
    asked(opensearch.not_public, UNKNOWN, **policy(PERHAPS)),
    asked(opensearch.not_public, UNKNOWN, AccessPolicies="{"),
    asked(opensearch.known_accounts, PASS),
    asked(opensearch.known_accounts, PASS, MANAGED, **policy(SIBLING)),
    asked(opensearch.known_accounts, PASS, **policy(PUBLIC), **VPC),
    asked(opensearch.known_accounts, FAIL, MANAGED, **policy(FOREIGN)),
    asked(opensearch.known_accounts, FAIL, [ALONE], **policy(FOREIGN), **VPC),
    asked(opensearch.known_accounts, FAIL, **policy(PUBLIC)),
    asked(opensearch.known_accounts, UNKNOWN, [unlisted("aws.organizations.organization")], **policy(FOREIGN)),
    asked(opensearch.in_vpc, PASS, **VPC),
    asked(opensearch.in_vpc, FAIL, Endpoint="search-x.eu-west-1.es.amazonaws.com"),
    asked(opensearch.supported_version, PASS, EngineVersion="OpenSearch_2.19"),
    asked(opensearch.supported_version, PASS, EngineVersion="OpenSearch_1.3"),
    asked(opensearch.supported_version, PASS, EngineVersion="Elasticsearch_7.10"),
    asked(opensearch.supported_version, FAIL, EngineVersion="Elasticsearch_7.8"),
    asked(opensearch.supported_version, FAIL, EngineVersion="OpenSearch_2.9"),
    asked(opensearch.supported_version, FAIL, EngineVersion="5.6"),
    asked(opensearch.supported_version, UNKNOWN, EngineVersion="Other_1.0"),
    asked(opensearch.supported_version, UNKNOWN, EngineVersion="OpenSearch_9.1"),
    asked(opensearch.software_current, PASS, ServiceSoftwareOptions={"UpdateAvailable": False, "CurrentVersion": "R2"}),
    asked(opensearch.software_current, FAIL, ServiceSoftwareOptions={"UpdateAvailable": True, "NewVersion": "R3"}),
    asked(opensearch.audited, PASS, **logs("AUDIT_LOGS", Enabled=True)),
    asked(opensearch.audited, FAIL, **logs("AUDIT_LOGS", Enabled=False)),
    asked(opensearch.audited, FAIL, **logs("ES_APPLICATION_LOGS", Enabled=True)),
    asked(opensearch.audited, FAIL),
    asked(opensearch.errors_logged, PASS, **logs("ES_APPLICATION_LOGS", Enabled=True)),
    asked(opensearch.errors_logged, FAIL, **logs("AUDIT_LOGS", Enabled=True)),
    asked(opensearch.errors_logged, FAIL),
    asked(opensearch.multi_zone, PASS, ClusterConfig={"ZoneAwarenessEnabled": True, "InstanceCount": 3}),
    asked(opensearch.multi_zone, FAIL, ClusterConfig={"ZoneAwarenessEnabled": True, "InstanceCount": 1}),
    asked(opensearch.multi_zone, FAIL, ClusterConfig={"ZoneAwarenessEnabled": False, "InstanceCount": 3}),
    asked(opensearch.masters, PASS, ClusterConfig={"DedicatedMasterEnabled": True, "DedicatedMasterCount": 3}),
    asked(opensearch.masters, FAIL, ClusterConfig={"DedicatedMasterEnabled": True, "DedicatedMasterCount": 2}),
    asked(opensearch.masters, FAIL, ClusterConfig={"DedicatedMasterEnabled": False, "DedicatedMasterCount": 3}),
]
