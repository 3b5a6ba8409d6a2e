"""The parts of `programs.lifted`, in the order in which they are used.

- `snapshot.py` records what the objects behind a step hold, to put it back after the trace:
  `contents.py` looks into one object, `containers.py` and `namespaces.py` into those of Python.
- `keras_steps.py` makes a function of a model's step.
- `tracing.py` traces the function.
- `captures.py` reads the variables, tables and tensors that the trace uses.
- `importing.py` imports the trace and copies of these into a graph.
"""
