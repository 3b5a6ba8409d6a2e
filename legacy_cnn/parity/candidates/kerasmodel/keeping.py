"""A Keras model's own state, kept aside for as long as it is compared."""


class Kept:
    """Variables, and how the model runs; `restore` puts them back."""

    def __init__(self, model):
        self._model = model
        self._values = {}
        self._modes = None
        self.note(model.variables)

    def note(self, variables):
        """Keeps the values of those that were not there before."""
        for variable in variables:
            self._values.setdefault(id(variable), (variable, variable.numpy()))

    def run_eagerly(self):
        """In a compiled function the taps would see no values."""
        self._modes = self._model.run_eagerly, self._model.jit_compile
        self._run(True, False)

    def restore(self):
        for variable, value in self._values.values():
            variable.assign(value)
        if self._modes:
            self._run(*self._modes)

    def _run(self, eagerly, jit_compile):
        self._model.run_eagerly, self._model.jit_compile = eagerly, jit_compile
        # Functions that were traced before are of the other kind.
        self._model.make_train_function(force=True)
        self._model.make_predict_function(force=True)
