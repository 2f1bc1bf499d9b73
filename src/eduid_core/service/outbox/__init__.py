"""The outbox: messages handed over at most once, and those without an answer."""
