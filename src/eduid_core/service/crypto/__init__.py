"""Keys, sealing and passwords: the only package that encrypts, hashes or compares secrets."""
