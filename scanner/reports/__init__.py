"""One module a format; each turns rows into text and knows nothing of where they come from."""
