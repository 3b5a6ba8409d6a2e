"""TensorFlow 1's momentum, for a rate that changes."""

from legacy_cnn.porting.writing.lines import Line

#: What the class is called.
NAME = "Momentum"

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
