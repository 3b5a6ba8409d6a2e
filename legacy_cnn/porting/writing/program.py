"""A whole port before it is text."""

import dataclasses

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
    return Program(reading.side.name, layers, trained, running.run_of(reading, origins, trained))
