"""Local stand-ins for the cloud APIs, on the wire protocol of the real SDKs, with fault injection."""
