"""Schedule: turnovers, plans counted back from the congress date, gates, meetings, papers upward. See README.md."""
