"""The daemon: scans by schedule, beside others like it, and says how it goes."""
