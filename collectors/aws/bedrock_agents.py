"""Agents of Amazon Bedrock, and what they know: knowledge bases with their sources. Each costs a call: listings tell names.

Flows and prompts are not read.
"""

from __future__ import annotations

from collectors.aws.spec import Call, Spec
from collectors.aws.tagged import tagging

GONE = frozenset({"ResourceNotFoundException"})

AGENT = Spec(
    type="aws.bedrock.agent",
    service="aws.bedrock",
    api="bedrock-agent",
    title="Agent",
    listing=Call("list_agents", "agentSummaries", maxResults=100),
    id="arn:{partition}:bedrock:{region}:{account}:agent/{agentId}",
    name="{agentName}",
    facts={
        "agent": Call("get_agent", "agent", agentId="{agentId}"),
        "tags": tagging("bedrock:agent", "arn:{partition}:bedrock:{region}:{account}:agent/{agentId}"),
    },
    tags="tags.Tags",
    gone=GONE,
    volatile=("item.agentStatus", "agent.agentStatus", "agent.clientToken"),
    secret=("agent.instruction",),
)

KNOWLEDGE_BASE = Spec(
    type="aws.bedrock.knowledge_base",
    service="aws.bedrock",
    api="bedrock-agent",
    title="Knowledge base",
    listing=Call("list_knowledge_bases", "knowledgeBaseSummaries", maxResults=100),
    id="arn:{partition}:bedrock:{region}:{account}:knowledge-base/{knowledgeBaseId}",
    name="{name}",
    facts={"base": Call("get_knowledge_base", "knowledgeBase", knowledgeBaseId="{knowledgeBaseId}")},
    gone=GONE,
    volatile=("item.status", "base.status"),
)

DATA_SOURCE = Spec(
    type="aws.bedrock.data_source",
    service="aws.bedrock",
    api="bedrock-agent",
    title="Data source of a knowledge base",
    parent="aws.bedrock.knowledge_base",
    listing=Call("list_data_sources", "dataSourceSummaries", knowledgeBaseId="{parent[knowledgeBaseId]}", maxResults=100),
    id="arn:{partition}:bedrock:{region}:{account}:knowledge-base/{knowledgeBaseId}/data-source/{dataSourceId}",
    name="{name}",
    facts={
        "source": Call(
            "get_data_source",
            "dataSource",
            knowledgeBaseId="{knowledgeBaseId}",
            dataSourceId="{dataSourceId}",
        )
    },
    gone=GONE,
    volatile=("item.status", "source.status"),
)
