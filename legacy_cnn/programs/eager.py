"""The eager port, as it is or traced by `tf.function`."""

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import vocabulary
from legacy_cnn.ports import eager
from legacy_cnn.programs.lifted import lift
from legacy_cnn.programs.program import Inputs, Options, Step, float32, specs
from legacy_cnn.programs.python_variables import VariablesProgram
from legacy_cnn.programs.view import GraphView
from legacy_cnn.threads import use_threads


class EagerProgram(VariablesProgram):
    """The eager port, one operation after another."""

    function: ClassVar[bool] = False  #: whether `predict` and `step` are traced

    def __init__(self, options: Options) -> None:
        use_threads(options.threads)
        self._port = self._new_port(options)
        parameters = dict(zip(vocabulary.PARAMETERS, self._port.variables, strict=True))
        super().__init__(options, parameters, self._port.optimizer)

    def retrace(self, batch_size: int) -> int | None:
        if not self.function:
            return None
        step: Any = self._new_port(self.options).step  # a tf.function
        concrete = step.get_concrete_function(*specs(batch_size).values())
        return len(concrete.graph.get_operations())

    def view(self, batch_size: int) -> GraphView:
        lifted = lift(
            self._port.step, *specs(batch_size).values(), intra_threads=self.options.threads
        )
        inputs = dict(zip(Inputs._fields, lifted.inputs, strict=True))
        loss, _ = lifted.outputs
        return self._view_of(lifted, inputs, loss)

    def as_candidate(self) -> eager.Tutorial:
        return self._port

    def _new_port(self, options: Options) -> eager.Tutorial:
        loss = options.loss or eager.cross_entropy
        return eager.Tutorial(options.learning_rate, self.function, loss)

    def _step(self, inputs: Inputs) -> Step:
        cost, correct = self._port.step(*map(float32, inputs))
        return Step(float(cost), int(np.count_nonzero(correct)))

    def _logits(
        self, images: NDArray[np.float32], keep_prob: float, noise: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        fed_noise = None if noise is None else float32(noise)
        return self._port.predict(float32(images), float32(keep_prob), fed_noise).logits.numpy()


class FunctionProgram(EagerProgram):
    """The eager port, traced by `tf.function`."""

    function = True
