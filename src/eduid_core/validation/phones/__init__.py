"""Phone numbers: mobiles and landlines of the mainland, and their numbering plan."""
