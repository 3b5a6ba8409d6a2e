"""Child processes.

`child` starts and ends one, `guard` ends one that runs a user's program, `supervised` tells what
has ended a command, `clustered` is a task of a Dask cluster, `prepared` runs a module once
TensorFlow is imported, `worker` asks one for measurements, and `conversation` is the worker's side.
`rounds` lets workers take turns, and `ratios` compares what their steps took.
"""
