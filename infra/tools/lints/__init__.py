"""The house rules that a general linter does not know, a module and a test each."""
