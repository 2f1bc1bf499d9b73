"""One file per schema; the number of a schema never changes."""
