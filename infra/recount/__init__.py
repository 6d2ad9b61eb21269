"""Counts a vote again from its exported record, with nothing of the platform's own arithmetic."""
