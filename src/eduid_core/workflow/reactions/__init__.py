"""Reactions: the effects that follow from each event."""
