"""One file a schema; the number of a schema never changes."""
