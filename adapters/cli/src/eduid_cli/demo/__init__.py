"""The demonstration: invented people, synthetic numbers, real parts."""
