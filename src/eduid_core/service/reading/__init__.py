"""Reads: one application, lists, counts, explanations and looks, for an actor whom the table lets read them."""
