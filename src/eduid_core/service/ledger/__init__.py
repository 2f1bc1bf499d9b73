"""The ledger: a Merkle log of all commits, with signed checkpoints."""
