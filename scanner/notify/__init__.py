"""Telling people what changed: news in words, the forms of the channels, and delivery from the outbox."""
