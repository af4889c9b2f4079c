"""A book as files that other programs read. Each writer takes a `Book` and asks nothing else."""
