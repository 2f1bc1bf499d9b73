"""One comparator per key field; each returns a code and its note."""
