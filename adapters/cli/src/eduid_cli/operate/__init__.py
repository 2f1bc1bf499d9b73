"""Commands of an operator: what sends messages and keeps deadlines, and what tells whether all is well."""
