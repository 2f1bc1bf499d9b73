"""Sessions: what stands between a log-in and the actor of a command, and the second factor."""
