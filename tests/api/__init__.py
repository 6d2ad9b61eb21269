"""The REST interface over a real broker and the real services."""
