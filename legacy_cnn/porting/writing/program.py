"""A whole port before it is text."""

import dataclasses

import tensorflow.compat.v1 as tf

from legacy_cnn.porting import losses
from legacy_cnn.porting.origins import origins_of
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import losses as written_losses
from legacy_cnn.porting.writing import model, running, training


@dataclasses.dataclass
class Program:
    """What `port.py` has."""

    name: str  #: of the reference
    model: model.Model
    training: training.Training
    run: running.Run  #: data, and how it is trained
    float_type: str  #: of its weights


def program_of(reading: Reading) -> Program:
    """Writes everything that a port has.

    Raises:
      ParityError: something cannot be written; the sentence names the operation and its line.
    """
    origins = origins_of(reading.side)
    losses.parts(reading)  # before the layers, which have regularizers
    reading.ends = written_losses.outputs_of(reading)
    layers = model.model_of(reading, origins)
    trained = training.training_of(reading, origins, layers)
    run = running.run_of(reading, origins, trained)
    return Program(reading.side.name, layers, trained, run, _float_type(reading))


def _float_type(reading: Reading) -> str:
    """The type of the parameters, if all have one; else Keras' own."""
    operations = map(reading.side.graph.get_operation_by_name, reading.side.parameters.values())
    types = {tf.as_dtype(op.get_attr("dtype")).base_dtype for op in operations}
    return types.pop().name if len(types) == 1 else "float32"
