"""One package a provider, one module a service, one function a check."""
