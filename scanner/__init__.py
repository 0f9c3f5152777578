"""Demarc: which part of your clouds' security is yours, how well you hold it, and what cannot be seen."""

__version__ = "0.1.0"
CONFIGURATION = "demarc.toml"  # in the folder that a command runs in
