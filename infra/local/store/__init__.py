"""What the command line reads of the services' stores, never writing: all its SQL is here."""
