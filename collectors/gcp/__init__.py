"""Google Cloud Platform."""

from collectors.gcp.provider import Gcp

PROVIDER = Gcp()
