"""AWS IAM Access Analyzer."""

from collectors.aws.spec import Call, Spec

ANALYZER = Spec(
    type="aws.accessanalyzer.analyzer",
    service="aws.accessanalyzer",
    api="accessanalyzer",
    title="Access analyzer",
    listing=Call("list_analyzers", "analyzers", maxResults=100),
    id="{arn}",
    name="{name}",
    tags="item.tags",
    facts={"archive_rules": Call("list_archive_rules", "archiveRules", analyzerName="{name}", maxResults=100)},
    gone=frozenset({"ResourceNotFoundException"}),
    volatile=("item.lastResourceAnalyzed", "item.lastResourceAnalyzedAt"),
)
