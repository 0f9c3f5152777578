"""Container Registry."""

from collectors.azure.spec import DIAGNOSTICS, Get, Rows, Spec

REGISTRY = Spec(
    type="azure.acr.registry",
    service="azure.acr",
    title="Registry",
    arm="microsoft.containerregistry/registries",
    api="2023-07-01",
    facts={
        "tokens": Get("/tokens", "value", action="Microsoft.ContainerRegistry/registries/tokens/read"),
        "replications": Rows("microsoft.containerregistry/registries/replications", many=True),
        "tasks": Rows("microsoft.containerregistry/registries/tasks", many=True),
        "diagnostics": DIAGNOSTICS,
    },
    secret=(
        "tokens.*.properties.credentials.passwords.*.value",
        "tasks.*.properties.credentials.customRegistries.*",
        "tasks.*.properties.step.values.*.value",
        "tasks.*.properties.step.arguments.*.value",
        "tasks.*.properties.step.contextAccessToken",
        "tasks.*.properties.trigger.sourceTriggers.*.sourceRepository.sourceControlAuthProperties",
    ),
)
