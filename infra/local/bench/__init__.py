"""`huanjie bench`: the promised numbers, side by side in one run, written to docs/benchmarks.md."""
