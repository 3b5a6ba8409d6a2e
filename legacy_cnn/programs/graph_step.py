"""A step as a graph in a session: any tensor can be fetched and fed, in any state."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import tensorflow as tf

from legacy_cnn.errors import UsageError
from legacy_cnn.programs import nests
from legacy_cnn.programs.session import GraphSession, State


class GraphStep:
    """A step as a graph in a session; a context manager."""

    def __init__(
        self,
        session: GraphSession,
        inputs: tuple[Any, ...],
        outputs: Any,
        control_outputs: Sequence[tf.Operation],
        source: Any = None,
    ) -> None:
        """Describes the step in a graph.

        Args:
          session: the graph's; it is closed with the step.
          inputs: the placeholders, nested as the step takes its arguments. A leaf that is no tensor
            is a constant of the graph.
          outputs: the tensors that the step returns, nested as it returns them.
          control_outputs: the operations that do the rest of the step, such as its assignments.
          source: what must live as long as the graph.
        """
        self.session = session
        self.inputs, self.outputs = inputs, outputs
        self.control_outputs = control_outputs
        self._source = source

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the session."""
        self.session.close()

    def feed(self, *arguments: Any) -> dict[tf.Tensor, Any]:
        """What to feed for arguments of the step.

        Args:
          arguments: arrays or eager tensors, nested as the step takes them.

        Raises:
          UsageError: they are nested otherwise, or one is not the constant of the graph.
        """
        self._check_nesting(arguments)
        feed = {}
        leaves = zip(nests.leaves(self.inputs), nests.leaves(arguments), strict=True)
        for placeholder, value in leaves:
            if isinstance(placeholder, tf.Tensor):
                feed[placeholder] = value.numpy() if tf.is_tensor(value) else value
            elif not _is_equal(placeholder, value):
                raise UsageError(f"{placeholder} is a constant of the graph and cannot be {value}.")
        return feed

    def step(self, *arguments: Any, feed: Mapping[Any, Any] | None = None) -> Any:
        """Takes one step, with all its assignments.

        Args:
          arguments: of the step, as for `feed`.
          feed: dict from any other tensors, or their names, to values. The step continues with
            these values instead of what it would compute or draw.

        Returns:
          What the step returns, in arrays.
        """
        outputs = [leaf for leaf in nests.leaves(self.outputs) if isinstance(leaf, tf.Tensor)]
        arrays = iter(self._run(outputs, arguments, feed))
        return nests.replace_tensors(self.outputs, lambda tensor: next(arrays))

    def fetch(
        self, arguments: tuple[Any, ...], feed: Mapping[Any, Any] | None = None, fetches: Any = None
    ) -> Any:
        """Takes one step, and returns tensors of it, all from one run of one state.

        TensorFlow does not fuse operations whose outputs are fetched, so the last bits may differ
        from those of `step`.

        Args:
          arguments: of the step, a tuple.
          feed: as for `step`.
          fetches: a nest of tensors; None is all of `tensors`.

        Returns:
          A nest of arrays; for all tensors a dict by their names.
        """
        if fetches is None:
            fetches = {tensor.name: tensor for tensor in self.tensors()}
        return self._run(fetches, arguments, feed)

    def tensors(self) -> list[tf.Tensor]:
        """Every tensor that can be fetched."""
        return self.session.tensors()

    @property
    def random_tensors(self) -> list[tf.Tensor]:
        """What the random operations draw; fed, it is noise from outside."""
        return self.session.random_tensors()

    def state(self) -> State:
        """The values of the variables in the session, by their names in the graph."""
        return self.session.state()

    def load(self, state: Mapping[str, Any]) -> None:
        """Assigns some or all of the variables in the session."""
        self.session.load(state)

    def _run(self, fetches: Any, arguments: tuple[Any, ...], feed: Mapping[Any, Any] | None) -> Any:
        feed = {**self.feed(*arguments), **(feed or {})}
        return self.session.run((fetches, self.control_outputs), feed)[0]

    def _check_nesting(self, arguments: tuple[Any, ...]) -> None:
        try:
            tf.nest.assert_same_structure(self.inputs, arguments, expand_composites=True)
        except (ValueError, TypeError) as error:
            raise UsageError(
                f"The values are nested as {nests.outline(arguments)}; the step takes "
                f"{nests.outline(self.inputs)}."
            ) from error


def _is_equal(constant: Any, value: Any) -> bool:
    # Not `np.array_equal`, for which a float differs from the float32 nearest to it.
    return np.shape(constant) == np.shape(value) and bool(np.all(constant == value))
