"""What every provider's description of a resource type has in common."""

from scanner.plugins import find

__all__ = ["find"]
