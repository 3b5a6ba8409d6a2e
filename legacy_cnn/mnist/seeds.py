"""Seeds as TensorFlow takes them, without TensorFlow."""

#: TensorFlow takes a seed modulo this number, the largest signed 32-bit integer.
MODULUS = 2**31 - 1


def op_seed(seed: int) -> int:
    """Returns the op seed that `tf.compat.v1.get_seed(seed)` gives where no graph seed is set.

    Args:
      seed: any integer.

    Returns:
      An integer from 0 to 2**31 - 2.
    """
    return seed % MODULUS
