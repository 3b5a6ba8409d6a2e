import numpy as np


def noise(seed, step, count):
    generator = np.random.default_rng([seed, step])
    return generator.random((count, 1024), np.float32)
