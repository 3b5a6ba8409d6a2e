import numpy as np


def first_bad(session, fetch, feed):
    needed, waiting = set(), [fetch.op]
    while waiting:
        operation = waiting.pop()
        if operation not in needed:
            needed.add(operation)
            waiting.extend(tensor.op for tensor in operation.inputs)
    tensors = [
        tensor
        for operation in session.graph.get_operations()
        if operation in needed
        for tensor in operation.outputs
        if tensor.dtype.is_floating
    ]
    values = session.run(tensors, feed)
    for tensor, value in zip(tensors, values, strict=True):
        if not np.isfinite(value).all():
            return tensor.op.name
    return None
