"""Hypothesis without a deadline: the machine is shared, and speed has tests of its own."""

from hypothesis import settings

settings.register_profile("validation", deadline=None)
settings.load_profile("validation")
