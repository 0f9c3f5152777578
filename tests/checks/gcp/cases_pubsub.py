"""Cases of subscriptions: those that are pulled, those that push, and those that export."""

from __future__ import annotations

from typing import Any

from checks.gcp import pubsub
from tests.cases import FAIL, PASS, SKIP, case

TOPIC = "projects/sample/topics/orders"
SIGNED: dict[str, Any] = {"oidcToken": {"serviceAccountEmail": "push@sample.iam.gserviceaccount.com"}}


def pulled(**fields: Any) -> dict[str, Any]:
    return {"name": "projects/sample/subscriptions/orders", "topic": TOPIC, "pushConfig": {}, "state": "ACTIVE", **fields}


def pushed(address: str = "https://hooks.example.com/orders", **config: Any) -> dict[str, Any]:
    return pulled(pushConfig={"pushEndpoint": address, **config})


CASES = [
    case(pubsub.push_encrypted, PASS, item=pushed()),
    case(pubsub.push_encrypted, FAIL, item=pushed("http://hooks.example.com/orders")),
    case(pubsub.push_encrypted, SKIP, item=pulled()),
    case(pubsub.push_signed, PASS, item=pushed(**SIGNED)),
    case(pubsub.push_signed, FAIL, item=pushed()),
    case(pubsub.push_signed, FAIL, item=pushed(oidcToken={})),
    case(pubsub.push_signed, SKIP, item=pulled(bigqueryConfig={"table": "p.d.t"})),
    case(pubsub.failures_kept, PASS, item=pulled(deadLetterPolicy={"deadLetterTopic": f"{TOPIC}-dead"})),
    case(pubsub.failures_kept, FAIL, item=pulled()),
    case(pubsub.failures_kept, FAIL, item=pulled(deadLetterPolicy={"deadLetterTopic": "_deleted-topic_"})),
    case(pubsub.failures_kept, SKIP, item=pulled(detached=True)),
    case(pubsub.failures_kept, SKIP, item=pulled(topic="_deleted-topic_")),
    case(pubsub.works, PASS, item=pulled()),
    case(pubsub.works, PASS, item=pulled(bigqueryConfig={"table": "p.d.t", "state": "ACTIVE"})),
    case(pubsub.works, FAIL, item=pulled(topic="_deleted-topic_")),
    case(pubsub.works, FAIL, item=pulled(detached=True)),
    case(pubsub.works, FAIL, item=pulled(bigqueryConfig={"table": "p.d.t", "state": "PERMISSION_DENIED"})),
]
