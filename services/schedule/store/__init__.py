"""All SQL of schedule: what is loaded for a decision, what is read for a question, how events change the tables."""
