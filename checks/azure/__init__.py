"""Checks of Microsoft Azure, one module a service."""
