"""Any TensorFlow 1 graph in a session: every tensor can be fetched, and every tensor can be fed."""

import collections
import contextlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.errors import ForeignGraphError, GraphError
from legacy_cnn.processes.supervised import ended_after
from legacy_cnn.programs import elements
from legacy_cnn.programs.memory import limited
from legacy_cnn.programs.permitted import NO_LIMITS, Limits
from legacy_cnn.programs.variables import GraphVariable, is_variable
from legacy_cnn.threads import in_use

#: Seconds of a run that are not counted: as many as any step of a small network takes.
QUICK = 3

#: Seconds that an operation has to end, of a graph that should have ended.
GRACE = 5

_TRUST = "If you know who made it, give trust, and it may take any time and memory."

#: The most operations of a graph that TensorFlow may rewrite: above, each new set of fetches would
#: take it many seconds (27,000 operations: 10 s, and 1 s without).
MOST_REWRITTEN = 10_000

#: Values of variables by the name of the variable's operation.
State = dict[str, NDArray[Any]]


class GraphSession:
    """A graph in a session of its own; a context manager.

    What the graph lacks for reading and assigning its variables is added to it when it is first
    needed. A graph whose variables were made by `tf.Variable` lacks nothing.
    """

    def __init__(
        self,
        graph: tf.Graph,
        *,
        intra_threads: int = 0,
        inter_threads: int = 0,
        as_function: bool = False,
        timeout: float = 0,
        limits: Limits = NO_LIMITS,
        rewriting: bool = True,
        target: str = "",
        device_filters: Sequence[str] = (),
    ) -> None:
        """Opens the session. No variable has a value before `initialise` or `load`.

        Args:
          graph: a `tf.Graph` with all its variables.
          intra_threads: threads of one operation; sums depend on it in the last bit. 0 leaves it
            to TensorFlow.
          inter_threads: operations that run at once; 0 leaves it to TensorFlow.
          as_function: whether the graph runs as in a `tf.function`: calls of functions are inlined,
            which may change the last bits, and operations without a kernel for their device run on
            another one.
          rewriting: whether TensorFlow may rewrite the graph before it runs it: it fuses
            operations, which RunMetadata then lacks. It never rewrites a graph of more than
            `MOST_REWRITTEN` operations.
          timeout: seconds after which `run` raises a ForeignGraphError; 0 is never.
          limits: what runs may take, above which `run` raises one; of each, `QUICK` seconds are
            not counted.
        """
        self.graph, self._timeout, self._limits = graph, timeout, limits
        self._taken = 0.0  #: seconds of the total
        #: Dict from the name of each variable's operation to that operation.
        self.variables = {op.name: op for op in graph.get_operations() if is_variable(op)}
        self._access = self._find_access()
        in_use(intra_threads)
        config = tf.ConfigProto(
            intra_op_parallelism_threads=intra_threads,
            inter_op_parallelism_threads=inter_threads,
            allow_soft_placement=as_function,
            device_filters=device_filters,
        )
        config.graph_options.optimizer_options.do_function_inlining = as_function
        rewrites = config.graph_options.rewrite_options
        rewrites.disable_meta_optimizer = not rewriting or _is_large(graph)
        if _has_leaky_relu(graph):
            rewrites.remapping = rewrites.OFF
        #: The `tf.Session` itself, for instance for a Saver.
        self.session = tf.Session(target, graph=graph, config=config)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the session and frees the values of its variables."""
        self.session.close()

    @contextlib.contextmanager
    def closed_on_error(self) -> Iterator[None]:
        """Closes the session if the block raises anything, also an interrupt."""
        try:
            yield
        except BaseException:
            self.close()
            raise

    def tensor(self, name: str) -> tf.Tensor:
        """The tensor of that name; `x` is short for `x:0`.

        Raises:
          GraphError: the graph has none, or it is inside of a loop.
        """
        try:
            tensor = self.graph.get_tensor_by_name(name if ":" in name else f"{name}:0")
        except (KeyError, ValueError) as error:
            raise self._unknown("tensor", name, self._names()) from error
        if not self.graph.is_fetchable(tensor.op):
            raise GraphError(
                f"{name} is inside of a loop, where nothing can be fetched: name what leaves it."
            )
        return tensor

    def operation(self, name: str) -> tf.Operation:
        """The operation of that name.

        Raises:
          GraphError: the graph has none.
        """
        try:
            return self.graph.get_operation_by_name(name)
        except (KeyError, ValueError) as error:
            raise self._unknown("operation", name, self._names()) from error

    def run(self, fetches: Any, feed: Mapping[Any, Any] | None = None) -> Any:
        """`tf.Session.run` that also takes names of tensors to feed.

        Args:
          fetches: a tensor, an operation, the name of one, or a nest of these.
          feed: dict from tensors, or names of tensors, to values. Any tensor can be fed, not only
            a placeholder.

        Returns:
          A nest of arrays like `fetches`; None for an operation.
        """
        fed = {
            self.tensor(key) if isinstance(key, str) else key: value
            for key, value in (feed or {}).items()
        }
        limits, left = self._limits, self._seconds_left()
        options = tf.RunOptions(timeout_in_ms=round(left * 1000)) if left else None
        began = time.monotonic()
        try:
            with limited(limits.memory), ended_after(limits.seconds and left + GRACE):
                return self.session.run(fetches, fed, options)
        except tf.errors.DeadlineExceededError as error:
            seconds = self._timeout or limits.seconds
            reason = f"The graph takes longer to run than {seconds:.0f} seconds"
            raise ForeignGraphError(f"{reason}. {_TRUST}", "trust") from error
        except (tf.errors.ResourceExhaustedError, MemoryError) as error:
            if not limits.memory:
                raise
            reason = f"A run of the graph takes more memory than it may ({limits.memory:,} bytes)"
            raise ForeignGraphError(f"{reason}: take smaller batches. {_TRUST}", "trust") from error
        finally:
            self._taken += max(0.0, time.monotonic() - began - QUICK)

    def _seconds_left(self) -> float:
        """Seconds that the next run may take; 0 is any time."""
        if self._timeout or not self._limits.seconds:
            return self._timeout
        return max(0.001, self._limits.seconds - self._taken)

    def shapes(self) -> dict[str, tuple[int | None, ...] | None]:
        """Dict from each variable to its shape; None is an unknown shape or size."""
        return {name: access.shape for name, access in self._access.items()}

    def initialise(self, values: Mapping[str, Any] | None = None) -> None:
        """Runs the initialisers of all variables and tables in one run.

        Args:
          values: dict from variables to what is fed in the place of the initial values that the
            graph draws or computes.

        Raises:
          GraphError: the graph has no such variable.
        """
        values = dict(values or {})
        self._check(values)
        variables = [access.initialiser for access in self._access.values() if access.initialiser]
        tables = self.graph.get_collection(tf.GraphKeys.TABLE_INITIALIZERS)
        fed = [name for name in values if self._access[name].takes_any_value]
        feed = {self._access[name].assignment.inputs[1]: values.pop(name) for name in fed}
        self.run([*variables, *tables], feed)
        self.load(values)

    def initial_values(self, names: Iterable[str]) -> State:
        """Runs the initialisers of some variables, and returns what they assign.

        Those of random values draw anew each time. Variables without an initialiser are left out.
        """
        self._check(names := list(names))
        access = {name: self._access[name] for name in names if self._access[name].initialiser}
        self.run([one.initialiser for one in access.values()])
        return self.run({name: one.value for name, one in access.items()})

    def load(self, state: Mapping[str, Any]) -> None:
        """Assigns some or all of the variables in one run.

        Args:
          state: dict from variables to values, as `state` returns it.

        Raises:
          GraphError: the graph has no such variable.
        """
        self._check(state)
        assignments = {name: self._access[name].assignment for name in state}
        feed = {assignments[name].inputs[1]: value for name, value in state.items()}
        self.run(list(assignments.values()), feed)

    def state(self) -> State:
        """The values of all variables that have one, read in one run."""
        values = {name: access.value for name, access in self._access.items()}
        try:
            return self.run(values)
        except tf.errors.FailedPreconditionError:  # some are not initialised
            readiness = {name: access.is_ready for name, access in self._access.items()}
            is_ready = self.run(readiness)
            return self.run({name: values[name] for name in values if is_ready[name]})

    def tensors(self) -> list[tf.Tensor]:
        """Every tensor of the graph that can be fetched, as `elements.fetchable` says."""
        return elements.fetchable(self._operations())

    def random_tensors(self) -> list[tf.Tensor]:
        """What the graph's random operations draw; a fed one is not drawn."""
        return elements.random_tensors(self._operations())

    def calls(self) -> list[tf.Operation]:
        """The operations whose inside cannot be fetched: loops, branches, called functions."""
        return elements.calls(self._operations())

    def _find_access(self) -> dict[str, GraphVariable]:
        keys = tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.LOCAL_VARIABLES
        variables = [variable for key in keys for variable in self.graph.get_collection(key)]
        initialisers = {variable.op.name: variable.initializer for variable in variables}
        access = {
            name: GraphVariable(op, initialisers.get(name)) for name, op in self.variables.items()
        }
        self._check_initial_values(list(access.values()))
        return access

    @staticmethod
    def _check_initial_values(variables: list[GraphVariable]) -> None:
        """One tensor that is the initial value of two variables cannot be fed two values."""
        fed = [variable for variable in variables if variable.takes_any_value]
        uses = collections.Counter(variable.assignment.inputs[1].name for variable in fed)
        for variable in fed:
            variable.takes_any_value = uses[variable.assignment.inputs[1].name] == 1

    def _operations(self) -> list[tf.Operation]:
        """The graph's own operations."""
        added = {name for access in self._access.values() for name in access.added}
        return [op for op in self.graph.get_operations() if op.name not in added]

    def _names(self) -> list[str]:
        return [op.name for op in self._operations()]

    def _check(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.variables:
                raise self._unknown("variable", name, list(self.variables))

    @staticmethod
    def _unknown(kind: str, name: str, names: list[str]) -> GraphError:
        examples = ", ".join(names[-5:]) or "nothing"
        return GraphError(f"The graph has no {kind} {name}; it has, among others, {examples}.")


def _is_large(graph: tf.Graph) -> bool:
    """Whether a graph has more operations, with those of its functions, than may be rewritten."""
    outside = len(graph.get_operations())
    if outside > MOST_REWRITTEN:
        return True
    functions = graph.as_graph_def().library.function
    return outside + sum(len(one.node_def) for one in functions) > MOST_REWRITTEN


def _has_leaky_relu(graph: tf.Graph) -> bool:
    """Whether a graph may have max(x, a * x).

    With oneDNN, TensorFlow makes one operation of it even where a * x is fetched, and then does not
    find that tensor.
    """
    return any(
        op.type == "Maximum" and any(tensor.op.type == "Mul" for tensor in op.inputs)
        for op in graph.get_operations()
    )
