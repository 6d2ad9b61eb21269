"""What schedule can be asked: one function an rpc, named as the rpc."""
