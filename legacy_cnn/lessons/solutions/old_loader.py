import numpy as np


def batches(count, size, steps, seed):
    np.random.seed(seed)
    order = shuffled(np.arange(count))
    found, at = [], 0
    for _ in range(steps):
        batch = order[at : at + size]
        at += size
        if at > count:
            at -= count
            order = shuffled(order)
            batch = np.concatenate([batch, order[:at]])
        found.append(batch.tolist())
    return found


def shuffled(order):
    permutation = np.arange(len(order))
    np.random.shuffle(permutation)
    return order[permutation]
