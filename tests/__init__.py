"""The tests; folders mirror the source, and a test's name is a sentence."""
