"""Turnovers, plans counted back from the congress date, and gates that open on facts."""
