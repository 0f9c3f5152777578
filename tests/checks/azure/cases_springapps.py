"""Cases of services of Spring Apps."""

from __future__ import annotations

from typing import Any

from checks.azure import springapps as spring
from tests.cases import DENIED, FAIL, PASS, SKIP, UNKNOWN, case
from tests.checks.azure.cases_aci import PLAIN, SECRET
from tests.checks.azure.data import below, row
from tests.checks.azure.sites import IDENTITY, of_identity


def app(name: str = "shop", identity: Any = None, **properties: Any) -> dict[str, Any]:
    return {**below(name, **properties), "identity": identity}


def deployed(active: bool = True, settings: Any = None, **source: Any) -> dict[str, Any]:
    return below("default", active=active, deploymentSettings=settings, source={"type": "Jar", **source})


def asked(*deployments: dict[str, Any]) -> dict[str, Any]:
    return {"item": row(), "deployments": list(deployments)}


def variables(**values: Any) -> dict[str, Any]:
    return deployed(settings={"environmentVariables": values})


CASES = [
    case(spring.apps_encrypted, PASS, item=row(), apps=[app(public=True, httpsOnly=True), app("b", public=False)]),
    case(spring.apps_encrypted, FAIL, item=row(), apps=[app(public=True, httpsOnly=False)]),
    case(spring.apps_encrypted, SKIP, item=row(), apps=[app(public=False, httpsOnly=False)]),
    case(spring.apps_encrypted, UNKNOWN, item=row(), apps=DENIED),
    case(spring.apps_inside, PASS, item=row(), apps=[app(public=False)]),
    case(spring.apps_inside, FAIL, item=row(), apps=[app(public=True)]),
    case(spring.apps_inside, UNKNOWN, item=row(), apps=DENIED),
    case(spring.own_network, PASS, item=row(networkProfile={"appSubnetId": "/x/subnets/apps"})),
    case(spring.own_network, FAIL, item=row(networkProfile={"appSubnetId": None})),
    case(spring.apps_identified, PASS, item=row(), apps=[app(identity=IDENTITY)]),
    case(spring.apps_identified, FAIL, item=row(), apps=[app(identity=IDENTITY), app("b")]),
    case(spring.apps_identified, SKIP, item=row(), apps=[]),
    case(spring.apps_identified, UNKNOWN, item=row(), apps=DENIED),
    *of_identity([spring.identities_not_administrators], row(), apps=[app("a"), app("b", IDENTITY)]),
    case(spring.identities_not_administrators, SKIP, item=row(), apps=[app()]),
    case(spring.without_secrets, PASS, **asked(variables(MODE=PLAIN))),
    case(spring.without_secrets, FAIL, **asked(variables(KEY=SECRET))),
    case(spring.without_secrets, PASS, **asked(deployed())),
    case(spring.without_secrets, UNKNOWN, item=row(), deployments=DENIED),
    case(spring.supported_runtimes, PASS, **asked(deployed(runtimeVersion="Java_17"))),
    case(spring.supported_runtimes, FAIL, **asked(deployed(runtimeVersion="Java_17"), deployed(runtimeVersion="Java_7"))),
    case(spring.supported_runtimes, SKIP, **asked(deployed(active=False, runtimeVersion="Java_7"))),
    case(spring.supported_runtimes, UNKNOWN, **asked(deployed(runtimeVersion="Java_99"))),
    case(
        spring.images_of_known_registry,
        PASS,
        **asked(deployed(customContainer={"server": "shop.azurecr.io", "containerImage": "shop:1"})),
    ),
    case(
        spring.images_of_known_registry, FAIL, **asked(deployed(customContainer={"server": None, "containerImage": "nginx:1"}))
    ),
    case(spring.images_of_known_registry, SKIP, **asked(deployed())),
    case(spring.hanging_replaced, PASS, **asked(deployed(settings={"livenessProbe": {"disableProbe": False}}))),
    case(spring.hanging_replaced, PASS, **asked(deployed())),
    case(spring.hanging_replaced, FAIL, **asked(deployed(settings={"livenessProbe": {"disableProbe": True}}))),
    case(spring.hanging_replaced, SKIP, **asked()),
]
