"""Reporting: units and the people who answer for them; directives, and how far each has come. See README.md."""
