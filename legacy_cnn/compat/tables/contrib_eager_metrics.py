"""`tensorflow.contrib.eager.metrics`: metrics as objects, in graphs and eagerly."""

import functools
import re
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.eager.metrics", note="tf.keras.metrics")


def _in_order(call: Callable[..., Any]) -> Callable[..., Any]:
    """In a graph: what fetches the result also runs all that is assigned, in the text's order."""
    function = tf.function(lambda *given, **named: (call(*given, **named), True), autograph=False)

    @functools.wraps(call)
    def called(*arguments: Any, **keywords: Any) -> Any:
        result, done = function(*arguments, **keywords)
        return done.op if result is None else result

    return called


@TABLE.serves()
class Metric:
    """Statistics of an evaluation: a subclass has `build`, `call` and `result`.

    In a graph, calling it gives what a session runs to add a batch.
    """

    def __init__(self, name: str | None = None, use_global_variables: bool = False) -> None:
        """Takes a name, which is made unique, and whether its variables are global or local."""
        self._built, self._vars = False, list[Any]()
        self._starts: list[Any] = []
        self._use_global_variables = use_global_variables
        name = name or type(self).__name__
        scope_name = re.sub("[^A-Za-z0-9.]", "_", name)
        with tf.variable_scope(None, scope_name, use_resource=True, reuse=False) as scope:
            self._scope = scope
        self._name = name + scope.name[scope.name.rfind(scope_name) + len(scope_name) :]
        if not tf.executing_eagerly():
            vars(self)["call"] = _in_order(self.call)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Adds a batch; returns the arguments."""
        if not self._built:
            with tf.variable_scope(self._scope), tf.init_scope():
                self.build(*arguments, **keywords)
            self._built = True
        return self.call(*arguments, **keywords)

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @property
    def variables(self) -> list[Any]:
        """Its variables."""
        return self._vars

    def init_variables(self) -> Any:
        """Sets its variables back; in a graph, the operation that does."""
        if not tf.executing_eagerly():
            return tf.group([each.initializer for each in self._vars])
        for variable, start in zip(self._vars, self._starts, strict=True):
            variable.assign(start)
        return None

    def build(self, *arguments: Any, **keywords: Any) -> None:
        """Makes the variables, before the first batch."""
        raise NotImplementedError("Metrics must define a build() member function")

    def call(self, *arguments: Any, **keywords: Any) -> Any:
        """Adds a batch."""
        raise NotImplementedError("Metrics must define a call() member function")

    def result(self) -> Any:
        """The metric."""
        raise NotImplementedError("Metrics must define a result() member function")

    def value(self) -> Any:
        """In a graph the result, eagerly the function that gives it."""
        return self.result if tf.executing_eagerly() else self.result()

    def add_variable(
        self, name: str, shape: Any = None, dtype: Any = None, initializer: Any = None
    ) -> Any:
        """Makes a variable, in `build`."""
        if self._built:
            raise RuntimeError("Can't call add_variable() except in build().")
        keys = tf.GraphKeys
        kind = keys.GLOBAL_VARIABLES if self._use_global_variables else keys.LOCAL_VARIABLES
        variable = tf.get_variable(
            name,
            shape,
            dtype,
            initializer,
            trainable=False,
            collections=None if tf.executing_eagerly() else [kind, keys.METRIC_VARIABLES],
            use_resource=True,
        )
        self._vars.append(variable)
        self._starts.append(variable.value() if tf.executing_eagerly() else None)
        return variable


@TABLE.serves()
class Mean(Metric):
    """The mean of values, which may have weights."""

    def __init__(
        self, name: str | None = None, dtype: Any = tf.float64, use_global_variables: bool = False
    ) -> None:
        """Takes the type in which it sums."""
        super().__init__(name, use_global_variables)
        self.dtype = dtype

    def build(self, *arguments: Any, **keywords: Any) -> None:
        """Makes the sum, and the sum of the weights."""
        zero = tf.zeros_initializer()
        self.numer = self.add_variable("numer", (), self.dtype, zero)
        self.denom = self.add_variable("denom", (), self.dtype, zero)

    def call(self, values: Any, weights: Any = None) -> Any:
        """Adds values."""
        numbers = tf.cast(values, self.dtype)
        if weights is None:
            self.denom.assign_add(tf.cast(tf.size(values), self.dtype))
        else:
            weights = tf.cast(weights, self.dtype)
            self.denom.assign_add(tf.reduce_sum(weights))
            numbers = numbers * weights
        self.numer.assign_add(tf.reduce_sum(numbers))
        return values if weights is None else (values, weights)

    def result(self, write_summary: bool = True) -> Any:
        """The mean so far."""
        return self.numer / self.denom


class _Matching(Mean):
    """How often a prediction is right."""

    def __init__(self, name: str | None = None, dtype: Any = tf.float64) -> None:
        super().__init__(name, dtype)

    def call(self, labels: Any, predictions: Any, weights: Any = None) -> Any:  # type: ignore[override]  # as it was
        """Adds labels and predictions."""
        result = (labels, predictions) if weights is None else (labels, predictions, weights)
        labels, predictions = tf.convert_to_tensor(labels), tf.convert_to_tensor(predictions)
        check = tf.assert_equal(*self._shapes(labels, predictions), message=self._unequal)
        with tf.control_dependencies([] if check is None else [check]):
            super().call(tf.cast(self._matches(labels, predictions), self.dtype), weights)
        return result

    _unequal = "Shapes of labels and predictions are unequal"

    def _shapes(self, labels: Any, predictions: Any) -> tuple[Any, Any]:
        return tf.shape(labels), tf.shape(predictions)

    def _matches(self, labels: Any, predictions: Any) -> Any:
        return tf.equal(labels, predictions)


@TABLE.serves()
class Accuracy(_Matching):
    """How often predictions equal labels."""


@TABLE.serves()
class CategoricalAccuracy(_Matching):
    """How often the largest prediction is where the label's one is."""

    def _matches(self, labels: Any, predictions: Any) -> Any:
        return tf.equal(tf.argmax(labels, -1), tf.argmax(predictions, -1))


@TABLE.serves()
class BinaryAccuracy(_Matching):
    """How often a prediction is above a threshold where its label is 1, and not where it is 0."""

    def __init__(self, threshold: float, name: str | None = None, dtype: Any = tf.float64) -> None:
        """Takes the threshold: 0.5 for probabilities, 0 for logits."""
        super().__init__(name, dtype)
        self.threshold = threshold

    def _matches(self, labels: Any, predictions: Any) -> Any:
        return tf.equal(tf.cast(labels, tf.bool), predictions > self.threshold)


@TABLE.serves()
class SparseAccuracy(_Matching):
    """How often the largest prediction is at the label."""

    _unequal = "First axis of labels and predictions is unequal"

    def _shapes(self, labels: Any, predictions: Any) -> tuple[Any, Any]:
        return tf.shape(labels), tf.shape(predictions)[0]

    def _matches(self, labels: Any, predictions: Any) -> Any:
        return tf.equal(tf.cast(labels, tf.int64), tf.argmax(predictions, -1))
