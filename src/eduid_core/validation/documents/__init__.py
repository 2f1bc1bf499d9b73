"""Document numbers: one module per family of numbers."""
