"""One package a provider; each reads an account and yields resources and gaps, and writes nothing."""
