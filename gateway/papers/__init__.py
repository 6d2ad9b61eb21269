"""Papers that the office prints."""
