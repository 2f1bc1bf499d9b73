"""Handlers: generators that turn a command of a caller into intents, by kind of command."""
