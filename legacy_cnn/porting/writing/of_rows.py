"""Optimizers that move only the rows of a table that a batch reads, as in TensorFlow 1."""

from legacy_cnn.porting.writing.lines import Line


def name_of(optimizer: str) -> str:
    """What the class is called."""
    return f"Sparse{optimizer}"


def lines(optimizer: str) -> list[Line]:
    """A class; Keras' own changes what it keeps for all rows.

    Args:
      optimizer: its name in Keras.
    """
    text = f'''class {name_of(optimizer)}(keras.optimizers.{optimizer}):
    """Moves only those rows of a table that a batch reads, as in TensorFlow 1."""

    is_read = True

    def update_step(self, gradient, variable, learning_rate):
        self.is_read = True
        if isinstance(gradient, tf.IndexedSlices):
            rows, ones = variable.shape[0], tf.ones_like(gradient.indices)
            is_read = tf.math.unsorted_segment_sum(ones, gradient.indices, rows) > 0
            self.is_read = ops.reshape(is_read, (rows,) + (1,) * (len(variable.shape) - 1))
            gradient = tf.convert_to_tensor(gradient)
        super().update_step(gradient, variable, learning_rate)

    def assign(self, variable, value):
        super().assign(variable, ops.where(self.is_read, value, variable))

    def assign_add(self, variable, value):
        super().assign_add(variable, ops.where(self.is_read, value, 0.0))

    def assign_sub(self, variable, value):
        super().assign_sub(variable, ops.where(self.is_read, value, 0.0))'''
    return [Line(line) for line in text.splitlines()]
