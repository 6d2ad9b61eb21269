"""The REST interface: one table of operations, each an HTTP request that becomes a call of a service."""
