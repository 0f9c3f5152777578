"""Microsoft Azure."""

from collectors.azure.provider import Azure

PROVIDER = Azure()
