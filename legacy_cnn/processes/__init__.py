"""Child processes.

`child` starts and ends one, `worker` asks one for measurements, and `conversation` is the worker's
side.
"""
