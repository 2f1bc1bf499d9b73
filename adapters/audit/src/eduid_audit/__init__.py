"""The auditor's tools: model checker, simulator, crash matrix, chaos and canary, each with seeded defects."""
