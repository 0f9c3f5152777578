"""Amazon Inspector."""

from collectors.aws.spec import Call, Spec

# Without account ids AWS answers for the caller's own account; where Inspector was never on, with DISABLED.
SETTINGS = Spec(
    type="aws.inspector.settings",
    service="aws.inspector",
    api="inspector2",
    title="Inspector in one region",
    id="arn:{partition}:inspector2:{region}:{account}:settings",
    name="{region}",
    facts={
        "account": Call("batch_get_account_status", "accounts[0].{state: state, resourceState: resourceState}"),
        # One row on all that was found in the account: by severity, with a known exploit, with a fix.
        "found": Call(
            "list_finding_aggregations",
            "responses[].accountAggregation",
            maxResults=100,
            aggregationType="ACCOUNT",
            accountIds=[{"comparison": "EQUALS", "value": "{account}"}],
        ),
    },
)

SUPPRESSION = Spec(
    type="aws.inspector.suppression",
    service="aws.inspector",
    api="inspector2",
    title="Suppression rule",
    listing=Call("list_filters", "filters", action="SUPPRESS", maxResults=100),
    id="{arn}",
    name="{name}",
    tags="item.tags",
)
