"""Batch: accounts, and the pools of machines that work for them."""

from collectors.azure.spec import DIAGNOSTICS, Spec

SERVICE = "azure.batch"

ACCOUNT = Spec(
    type="azure.batch.account",
    service=SERVICE,
    title="Account",
    arm="microsoft.batch/batchaccounts",
    facts={"diagnostics": DIAGNOSTICS},
    volatile=("item.properties.autoStorage.lastKeySync",),
)

POOL = Spec(
    type="azure.batch.pool",
    service=SERVICE,
    title="Pool",
    arm="microsoft.batch/batchaccounts/pools",
    table="batchresources",
    volatile=(
        "item.properties.currentDedicatedNodes",
        "item.properties.currentLowPriorityNodes",
        "item.properties.allocationState",
        "item.properties.allocationStateTransitionTime",
        "item.properties.resizeOperationStatus",
        "item.properties.scaleSettings.autoScale.autoScaleRun",
        "item.properties.autoScaleRun",
        "item.properties.lastModified",
    ),
    secret=(
        "item.properties.startTask.environmentSettings.*.value",
        "item.properties.startTask.resourceFiles.*.httpUrl",
        "item.properties.startTask.resourceFiles.*.storageContainerUrl",
        "item.properties.startTask.containerSettings.registry.password",
        "item.properties.userAccounts.*.password",
        "item.properties.userAccounts.*.linuxUserConfiguration.sshPrivateKey",
        "item.properties.deploymentConfiguration.virtualMachineConfiguration.containerConfiguration.containerRegistries.*.password",
        "item.properties.mountConfiguration.*.azureBlobFileSystemConfiguration.accountKey",
        "item.properties.mountConfiguration.*.azureBlobFileSystemConfiguration.sasKey",
        "item.properties.mountConfiguration.*.azureFileShareConfiguration.accountKey",
        "item.properties.mountConfiguration.*.cifsMountConfiguration.password",
    ),
)
