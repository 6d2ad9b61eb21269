"""What the district sees of the platform: HTTP for people and their systems, accounts, views."""
