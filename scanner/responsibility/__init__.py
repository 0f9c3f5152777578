"""The split: who owns which control area of which service, as data, and the code that reads it."""
