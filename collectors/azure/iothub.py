"""IoT Hub."""

from collectors.azure.spec import DIAGNOSTICS, Spec

HUB = Spec(
    type="azure.iothub.hub",
    service="azure.iothub",
    title="Hub",
    arm="microsoft.devices/iothubs",
    facts={"diagnostics": DIAGNOSTICS},
    volatile=("item.etag", "item.properties.state"),
    secret=(
        "item.properties.authorizationPolicies.primaryKey",
        "item.properties.authorizationPolicies.secondaryKey",
        "item.properties.storageEndpoints.*.connectionString",
        "item.properties.routing.endpoints.*.connectionString",
    ),
)

SECURITY_SOLUTION = Spec(
    type="azure.iothub.security_solution",
    service="azure.iothub",
    title="Solution of Defender for IoT",
    arm="microsoft.security/iotsecuritysolutions",
)
