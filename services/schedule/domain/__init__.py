"""What schedule decides. Pure: the standard library and the kernel."""
