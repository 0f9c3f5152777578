"""Cases of Service Bus, Event Hubs, Event Grid and IoT Hub."""

from __future__ import annotations

from typing import Any

from checks.azure import iothub, messaging
from scanner.model import Resource
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case, resource, unlisted
from tests.checks.azure.data import GROUP, below, row, sized

HUB = f"{GROUP}/providers/microsoft.devices/iothubs/one"
ROOT = below("RootManageSharedAccessKey", rights=["Listen", "Manage", "Send"])
HOOK = {"endpointType": "WebHook", "properties": {"endpointBaseUrl": "https://example.com"}}
SIGNED = {"endpointType": "WebHook", "properties": {"azureActiveDirectoryApplicationIdOrUri": "api://events"}}
QUEUE = {"endpointType": "ServiceBusQueue", "properties": {"resourceId": "/x"}}
BLOB = {"endpointType": "StorageBlob", "properties": {"resourceId": "/x"}}


def policy(name: str, rights: str) -> dict[str, Any]:
    return {"keyName": name, "rights": rights}


def solution(*hubs: str, status: str = "Enabled") -> Resource:
    return resource(iothub.SOLUTION, "s", item=row(iotHubs=list(hubs), status=status))


def routed(*, fallback: bool) -> dict[str, Any]:
    return row(routing={"routes": [{"name": "r"}], "fallbackRoute": {"isEnabled": fallback}})


CASES = [
    *(
        case(check, PASS, item=row(), authorization_rules=[ROOT, below("a", rights=["Send"])])
        for check in messaging.keys_narrow
    ),
    *(
        case(check, FAIL, item=row(), authorization_rules=[ROOT, below("a", rights=["Manage"])])
        for check in messaging.keys_narrow
    ),
    *(case(check, PASS, item=row(disableLocalAuth=True), authorization_rules=DENIED) for check in messaging.keys_narrow),
    *(case(check, UNKNOWN, item=row(), authorization_rules=DENIED) for check in messaging.keys_narrow),
    case(messaging.expired_kept, PASS, item=row(), queues=[below("q", deadLetteringOnMessageExpiration=True)]),
    case(messaging.expired_kept, FAIL, item=row(), queues=[below("q", deadLetteringOnMessageExpiration=False)]),
    case(messaging.expired_kept, SKIP, item=row(), queues=[]),
    case(messaging.expired_kept, UNKNOWN, item=row(), queues=DENIED),
    case(messaging.messages_expire, PASS, item=row(), queues=[below("q", defaultMessageTimeToLive="P14D")]),
    case(messaging.messages_expire, PASS, item=row(), queues=[below("q", defaultMessageTimeToLive="PT1H")]),
    case(
        messaging.messages_expire, FAIL, item=row(), queues=[below("q", defaultMessageTimeToLive="P10675199DT2H48M5.4775807S")]
    ),
    case(messaging.messages_expire, FAIL, item=row(), queues=[below("q")]),
    case(messaging.messages_expire, SKIP, item=row(), queues=[]),
    case(messaging.messages_expire, UNKNOWN, item=row(), queues=DENIED),
    case(messaging.events_expire, PASS, item=row(), hubs=[below("h", messageRetentionInDays=7)]),
    case(messaging.events_expire, PASS, item=row(), hubs=[below("h", retentionDescription={"retentionTimeInHours": 24})]),
    case(messaging.events_expire, FAIL, item=row(), hubs=[below("h", retentionDescription={"retentionTimeInHours": -1})]),
    case(messaging.events_expire, SKIP, item=row(), hubs=[]),
    case(messaging.events_expire, UNKNOWN, item=row(), hubs=DENIED),
    case(messaging.grows, PASS, item=sized("Standard", "Standard", isAutoInflateEnabled=True)),
    case(messaging.grows, FAIL, item=sized("Standard", "Standard", isAutoInflateEnabled=False)),
    case(messaging.grows, SKIP, item=sized("Premium", "Premium")),
    *(case(check, PASS, item=row(), subscriptions=[below("s", deadLetterDestination=BLOB)]) for check in messaging.failed_kept),
    *(
        case(
            check, PASS, item=row(), subscriptions=[below("s", deadLetterWithResourceIdentity={"deadLetterDestination": BLOB})]
        )
        for check in messaging.failed_kept
    ),
    *(case(check, FAIL, item=row(), subscriptions=[below("s", deadLetterDestination=None)]) for check in messaging.failed_kept),
    *(case(check, SKIP, item=row(), subscriptions=[]) for check in messaging.failed_kept),
    *(case(check, UNKNOWN, item=row(), subscriptions=DENIED) for check in messaging.failed_kept),
    *(
        case(check, PASS, item=row(), subscriptions=[below("s", destination=SIGNED)])
        for check in messaging.webhooks_know_sender
    ),
    *(case(check, FAIL, item=row(), subscriptions=[below("s", destination=HOOK)]) for check in messaging.webhooks_know_sender),
    *(case(check, SKIP, item=row(), subscriptions=[below("s", destination=QUEUE)]) for check in messaging.webhooks_know_sender),
    *(
        case(check, SKIP, item=row(), subscriptions=[below("s", deliveryWithResourceIdentity={"destination": QUEUE})])
        for check in messaging.webhooks_know_sender
    ),
    *(case(check, UNKNOWN, item=row(), subscriptions=DENIED) for check in messaging.webhooks_know_sender),
    case(iothub.devices_prove_themselves, PASS, item=row(disableDeviceSAS=True)),
    case(iothub.devices_prove_themselves, FAIL, item=row()),
    case(iothub.keys_narrow, PASS, item=row(authorizationPolicies=[policy("iothubowner", "RegistryWrite, ServiceConnect")])),
    case(iothub.keys_narrow, PASS, item=row(authorizationPolicies=[policy("app", "ServiceConnect")])),
    case(iothub.keys_narrow, PASS, item=row(disableLocalAuth=True, authorizationPolicies=[policy("a", "RegistryWrite")])),
    case(
        iothub.keys_narrow, FAIL, item=row(authorizationPolicies=[policy("a", "RegistryWrite, ServiceConnect, DeviceConnect")])
    ),
    case(iothub.unrouted_kept, PASS, item=routed(fallback=True)),
    case(iothub.unrouted_kept, PASS, item=row()),
    case(iothub.unrouted_kept, FAIL, item=routed(fallback=False)),
    case(iothub.threats_watched, PASS, id=HUB, item=row(), inventory=[solution(HUB.replace("devices", "Devices"))]),
    case(iothub.threats_watched, FAIL, id=HUB, item=row(), inventory=[solution(HUB, status="Disabled")]),
    case(iothub.threats_watched, FAIL, id=HUB, item=row(), inventory=[solution(f"{HUB}-2")]),
    case(iothub.threats_watched, UNKNOWN, id=HUB, item=row(), inventory=[unlisted(iothub.SOLUTION)]),
]
