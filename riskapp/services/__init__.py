"""The use cases: each one transaction, with its log entry inside."""
