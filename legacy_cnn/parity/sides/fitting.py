"""The real `fit` on the user's model, whose whole state is put back afterwards."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from legacy_cnn.compat import private
from legacy_cnn.parity.sides.side import State
from legacy_cnn.parity.usercode import described_with_place
from legacy_cnn.programs.lifting.snapshot import Snapshot


class FitError(Exception):
    """The user's `fit` has failed; the message says how."""


def fit(
    model: Any,
    variables: Mapping[Any, Any],
    state: State,
    data: tuple[Any, ...],
    batch_size: int,
    epochs: int,
) -> State:
    """Trains the user's own model from a state to the end of `fit`, and puts the model back.

    Args:
      model: a compiled model of Keras 3 or tf_keras.
      variables: key -> the user's variable.
      state: what the variables are set to.
      data: what `fit` takes: x, and y if there are labels.
      batch_size: the last batch of an epoch may be smaller.
      epochs: their number.

    Returns:
      The values afterwards of those variables that the model has.

    Raises:
      FitError: `fit` raised an error.
    """
    snapshot = Snapshot(model)
    # Metrics that are not built yet get other variables than in the traces before.
    reached = {id(v) for v in [*snapshot.variables(), *snapshot.keras_variables()]}
    try:
        for key, variable in variables.items():
            if key in state:
                variable.assign(state[key])
        model.train_function = None  # a trace of its own
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are the user's
            model.fit(*data, batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0)
        return {
            key: np.asarray(variable.numpy())
            for key, variable in variables.items()
            if id(variable) in reached
        }
    except Exception as error:  # whatever the user's program raises
        raise FitError(described_with_place(error)) from error
    finally:
        snapshot.restore()


def uses_xla(model: Any) -> bool:
    """Whether one of the functions that a model reaches is compiled by XLA."""
    functions = Snapshot(model).functions()
    return any(private.attribute("compiled by XLA", function) for function in functions)
