"""One comparator per key field; each answers with a code and the note behind it."""
