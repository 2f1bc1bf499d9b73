"""The `eduid` command: certify, review, show, inspect, reconcile, lifecycle, adapters, demo."""
