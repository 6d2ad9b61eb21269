"""The message broker: who may say what on it, and the configuration written from that."""
