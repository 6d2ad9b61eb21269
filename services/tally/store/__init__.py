"""The SQL of tally: loads for decisions and questions, folds of events, and what can be erased."""
