"""The dashboard and its JSON: what the inventory knows, read-only but for what people say over it."""
