"""What schedule can be told to do: one function an rpc, named as the rpc."""
