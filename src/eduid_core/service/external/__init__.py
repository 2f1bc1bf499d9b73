"""Calls to adapters (registry, carrier): guarded, bounded in time, their answers checked."""
