"""Conformance: the laws that an adapter of each kind keeps, and broken adapters that show the laws bite."""
