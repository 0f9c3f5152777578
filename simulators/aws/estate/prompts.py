"""Bedrock: an agent with what it knows and what holds it back, told as AWS would list it."""

from __future__ import annotations

import json

from simulators.aws.estate.data_services import tagged
from simulators.aws.estate.place import Place, ago


def prompts(place: Place, _scale: int) -> None:
    """Tell an agent behind a guardrail, or one without; its knowledge base, an own model, and a key of somebody in a hurry."""
    careful = place.careful
    _guardrail(place)
    _agent(place)
    _knowledge(place)
    _model(place)
    day = {"CreateDate": ago(20), "UserName": "ada", "ServiceName": "bedrock.amazonaws.com", "Status": "Active"}
    key = {"ServiceSpecificCredentialId": f"ACCA{place.account}", "ServiceCredentialAlias": "ada-at", **day}
    lasting = {"ExpirationDate": ago(-40)} if careful else {}
    place.tell_everywhere(
        "iam:ListServiceSpecificCredentials",
        {"ServiceSpecificCredentials": [key | lasting], "IsTruncated": False},
    )


def _guardrail(place: Place) -> None:
    careful = place.careful
    if careful:
        places = {"s3Config": {"bucketName": "archive", "keyPrefix": "asked"}, "textDataDeliveryEnabled": True}
        place.tell("bedrock:GetModelInvocationLoggingConfiguration", {"loggingConfig": places})
    arn = place.arn("bedrock", "guardrail/g-1")
    listed = {"id": "g-1", "arn": arn, "status": "READY", "name": "polite", "version": "DRAFT"}
    dates = {"createdAt": ago(40), "updatedAt": ago(30)}
    tagged(place, arn)
    place.tell("bedrock:ListGuardrails", {"guardrails": [listed | dates]})
    strength = "HIGH" if careful else "NONE"
    filters = [{"type": "PROMPT_ATTACK", "inputStrength": strength, "outputStrength": "NONE"}]
    masked = {"sensitiveInformationPolicy": {"piiEntities": [{"type": "EMAIL", "action": "ANONYMIZE"}]}}
    guardrail = {
        "name": "polite",
        "guardrailId": "g-1",
        "guardrailArn": arn,
        "version": "DRAFT",
        "status": "READY",
        "contentPolicy": {"filters": filters},
        "blockedInputMessaging": "No.",
        "blockedOutputsMessaging": "No.",
        **dates,
        **({"kmsKeyArn": place.made["key"], **masked} if careful else {}),
    }
    place.tell("bedrock:GetGuardrail", guardrail)
    if not careful:
        anybody = {"Effect": "Allow", "Principal": "*", "Action": "bedrock:ApplyGuardrail", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [anybody]})
        place.tell("bedrock:GetResourcePolicy", {"resourcePolicy": policy}, resourceArn=arn)


def _agent(place: Place) -> None:
    careful = place.careful
    agent = {"agentId": "AGENT00001", "agentName": "clerk", "agentStatus": "PREPARED", "updatedAt": ago(30)}
    place.tell("bedrock-agent:ListAgents", {"agentSummaries": [agent]})
    tagged(place, place.arn("bedrock", "agent/AGENT00001"))
    guarded = {
        "guardrailConfiguration": {"guardrailIdentifier": "g-1", "guardrailVersion": "1"},
        "customerEncryptionKeyArn": place.made["key"],
    }
    told = "Be helpful." if careful else "Sign in to the shop with AKIAIOSFODNN7EXAMPLE."
    more = {
        "agentArn": place.arn("bedrock", "agent/AGENT00001"),
        "agentVersion": "DRAFT",
        "instruction": told,
        "idleSessionTTLInSeconds": 600,
        "agentResourceRoleArn": f"arn:aws:iam::{place.account}:role/function",
        "createdAt": ago(40),
        **(guarded if careful else {}),
    }
    place.tell("bedrock-agent:GetAgent", {"agent": agent | more})


def _knowledge(place: Place) -> None:
    base = {"knowledgeBaseId": "BASE000001", "name": "manuals", "status": "ACTIVE", "updatedAt": ago(30)}
    place.tell("bedrock-agent:ListKnowledgeBases", {"knowledgeBaseSummaries": [base]})
    more = {
        "knowledgeBaseArn": place.arn("bedrock", "knowledge-base/BASE000001"),
        "roleArn": f"arn:aws:iam::{place.account}:role/function",
        "knowledgeBaseConfiguration": {"type": "VECTOR"},
        "createdAt": ago(40),
    }
    place.tell("bedrock-agent:GetKnowledgeBase", {"knowledgeBase": base | more})
    source = {"knowledgeBaseId": "BASE000001", "dataSourceId": "SOURCE0001", "name": "archive", "status": "AVAILABLE"}
    place.tell("bedrock-agent:ListDataSources", {"dataSourceSummaries": [source | {"updatedAt": ago(30)}]})
    key = {"serverSideEncryptionConfiguration": {"kmsKeyArn": place.made["key"]}} if place.careful else {}
    dated = {"createdAt": ago(40), "updatedAt": ago(30), "dataSourceConfiguration": {"type": "S3"}}
    place.tell("bedrock-agent:GetDataSource", {"dataSource": source | dated | key})


def _model(place: Place) -> None:
    arn = place.arn("bedrock", "custom-model/amazon.titan-text-lite-v1:0:4k/abcdefghijkl")
    row = {
        "modelArn": arn,
        "modelName": "letters",
        "creationTime": ago(40),
        "baseModelArn": f"arn:aws:bedrock:{place.region}::foundation-model/amazon.titan-text-lite-v1",
        "baseModelName": "Titan Text Lite",
    }
    place.tell("bedrock:ListCustomModels", {"modelSummaries": [row]})
    key = {"modelKmsKeyArn": place.made["key"]} if place.careful else {}
    outputs = {"outputDataConfig": {"s3Uri": "s3://archive/tuned"}, "trainingDataConfig": {"s3Uri": "s3://archive/letters"}}
    place.tell("bedrock:GetCustomModel", row | outputs | {"jobArn": arn} | key)
