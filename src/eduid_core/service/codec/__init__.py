"""Stored shapes: events, snapshots, messages and policies as bytes, and old shapes read as new ones."""
