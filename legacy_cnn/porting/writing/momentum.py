"""TensorFlow 1's momentum, for a rate that changes, and for the rows of tables."""

from legacy_cnn.porting.writing.lines import Line

#: What the classes are called.
NAME = "Momentum"
OF_ROWS = "SparseMomentum"

_STEPS = {False: "momentum", True: "(gradient + self.momentum * momentum)"}


def lines(nesterov: bool) -> list[Line]:
    """A class; Keras' own keeps sums of steps, each with the rate of its time."""
    text = f'''class {NAME}(keras.optimizers.SGD):
    """Sums up gradients, as in TensorFlow 1; Keras' SGD sums up steps, with the rates they had."""

    def update_step(self, gradient, variable, learning_rate):
        momentum = self.momentums[self._get_variable_index(variable)]
        self.assign(momentum, self.momentum * momentum + gradient)
        rate = ops.cast(learning_rate, variable.dtype)
        self.assign_sub(variable, rate * {_STEPS[nesterov]})'''
    return [Line(line) for line in text.splitlines()]


def lines_of_rows(nesterov: bool) -> list[Line]:
    """A class for tables; Keras' own goes on moving rows that a batch does not read."""
    text = f'''class {OF_ROWS}(keras.optimizers.SGD):
    """Moves only those rows of a table that a batch reads, as in TensorFlow 1.

    It sums up gradients; Keras' SGD sums up steps, of all rows.
    """

    def update_step(self, gradient, variable, learning_rate):
        old = self.momentums[self._get_variable_index(variable)]
        is_read = True
        if isinstance(gradient, tf.IndexedSlices):
            rows, ones = variable.shape[0], tf.ones_like(gradient.indices)
            is_read = tf.math.unsorted_segment_sum(ones, gradient.indices, rows) > 0
            is_read = ops.reshape(is_read, (rows,) + (1,) * (len(variable.shape) - 1))
            gradient = tf.convert_to_tensor(gradient)
        momentum = self.momentum * old + gradient
        rate = ops.cast(learning_rate, variable.dtype)
        self.assign(old, ops.where(is_read, momentum, old))
        self.assign_sub(variable, ops.where(is_read, rate * {_STEPS[nesterov]}, 0.0))'''
    return [Line(line) for line in text.splitlines()]
