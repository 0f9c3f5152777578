"""Amazon Web Services."""

from collectors.aws.provider import Aws

PROVIDER = Aws()
