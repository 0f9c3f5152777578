"""Data Factory."""

from collectors.azure.spec import DIAGNOSTICS, Get, Spec

FACTORY = Spec(
    type="azure.datafactory.factory",
    service="azure.datafactory",
    title="Factory",
    arm="microsoft.datafactory/factories",
    api="2018-06-01",
    facts={
        "linked_services": Get("/linkedservices", "value", action="Microsoft.DataFactory/factories/linkedServices/read"),
        "integration_runtimes": Get(
            "/integrationRuntimes", "value", action="Microsoft.DataFactory/factories/integrationRuntimes/read"
        ),
        "private_endpoints": Get(
            "/privateEndpointConnections", "value", action="Microsoft.DataFactory/factories/privateEndpointConnections/read"
        ),
        "diagnostics": DIAGNOSTICS,
    },
    volatile=("item.eTag", "item.properties.eTag", "linked_services.etag", "integration_runtimes.etag"),
    # A linked service's properties hold whatever its kind of store asks for: connection strings, keys, passwords.
    secret=(
        "item.properties.globalParameters.*.value",
        "linked_services.properties.typeProperties.connectionString",
        "linked_services.properties.typeProperties.encryptedCredential",
        "linked_services.properties.typeProperties.*.value",
        "linked_services.properties.parameters.*.defaultValue",
    ),
)
