"""The equations of recurrent cells: the state after one step, taken apart."""

import dataclasses
import itertools

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.recurrence.values import SUMS, number, plain, variable_of
from legacy_cnn.porting.rows.products import ACTIVATIONS

_SPLITS = ("Split", "SplitV")


@dataclasses.dataclass(frozen=True)
class Linear:
    """A sum of products with variables."""

    parts: tuple[tf.Tensor, ...]  #: what is multiplied, in the order of the kernels' rows
    kernels: tuple[str, ...]
    biases: tuple[str, ...]
    shift: float  #: a constant that is added

    @property
    def variables(self) -> tuple[str, ...]:
        return self.kernels + self.biases


@dataclasses.dataclass(frozen=True)
class Step:
    """One step of a cell."""

    kind: str  #: "LSTM", "GRU" or "SimpleRNN"
    activation: str
    gates: tuple[Linear, ...]  #: one for each product, without repetition
    parts: tuple[tf.Tensor, ...]  #: of the first: the input, and the state
    state: tuple[tf.Tensor, ...]  #: before the step, as far as the equations tell: c, or h
    after: tuple[tf.Tensor, ...]  #: after it: h, and c
    forget: float = 0.0  #: what the cell adds to the bias of the forget gate

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v for gate in self.gates for v in gate.variables))

    @property
    def output(self) -> tf.Tensor:
        return self.after[0]


def step_of(tensor: tf.Tensor) -> Step | None:
    """The step whose output a tensor is."""
    if tensor.op.type == "Mul":
        return _lstm(tensor)
    if tensor.op.type in SUMS:
        return _gru(tensor)
    return _simple(tensor) if tensor.op.type in ACTIVATIONS else None


def linear(tensor: tf.Tensor) -> Linear | None:
    """A sum of products of variables with data, biases and constants."""
    parts: list[tf.Tensor] = []
    kernels, biases, shift = list[str](), list[str](), 0.0
    for term in _terms(tensor):
        variable, value = variable_of(term), number(term)
        if variable:
            biases.append(variable)
        elif value is not None:
            shift += value
        elif term.op.type == "MatMul" and _is_straight(term.op):
            kernel = variable_of(term.op.inputs[1])
            if kernel is None:
                return None
            kernels.append(kernel)
            parts += _joined(plain(term.op.inputs[0]))
        else:
            return None
    if not kernels or len(biases) > 1:
        return None
    return Linear(tuple(parts), tuple(kernels), tuple(biases), shift)


def _terms(tensor: tf.Tensor) -> list[tf.Tensor]:
    tensor = plain(tensor)
    if tensor.op.type in SUMS:
        return [term for one in tensor.op.inputs for term in _terms(one)]
    if tensor.op.type == "AddN":
        return [term for one in tensor.op.inputs for term in _terms(one)]
    return [tensor]


def _is_straight(op: tf.Operation) -> bool:
    return not (op.get_attr("transpose_a") or op.get_attr("transpose_b"))


def _joined(tensor: tf.Tensor) -> list[tf.Tensor]:
    op = tensor.op
    if op.type == "ConcatV2" and number(op.inputs[-1]) in (1, -1):
        return [plain(one) for one in list(op.inputs)[:-1]]
    return [tensor]


def _gate(tensor: tf.Tensor) -> tuple[Linear, int] | None:
    """What a gate is computed from, before its activation, and which part of it."""
    shift, tensor = 0.0, plain(tensor)
    while tensor.op.type in ("Add", "AddV2") and any(
        number(t) is not None for t in tensor.op.inputs
    ):
        values = [number(one) for one in tensor.op.inputs]
        at = 0 if values[0] is None else 1
        shift += values[1 - at] or 0.0
        tensor = plain(tensor.op.inputs[at])
    part = 0
    if tensor.op.type in _SPLITS:
        part = tensor.value_index
        tensor = tensor.op.inputs[1 if tensor.op.type == "Split" else 0]
    found = linear(tensor)
    return None if found is None else (dataclasses.replace(found, shift=found.shift + shift), part)


def _factors(tensor: tf.Tensor) -> list[tuple[tf.Tensor, tf.Tensor]]:
    """The two factors of a product, both ways."""
    tensor = plain(tensor)
    if tensor.op.type != "Mul":
        return []
    return list(itertools.permutations(map(plain, tensor.op.inputs)))


def _unique(gates: list[Linear]) -> tuple[Linear, ...]:
    """Gates that are parts of one product stand for it once."""
    found: dict[tuple[str, ...], Linear] = {}
    for gate in gates:
        found.setdefault(gate.variables, gate)
    return tuple(found.values())


def _lstm(tensor: tf.Tensor) -> Step | None:
    """`h = sigmoid(o) * tanh(c)`, `c = sigmoid(f) * c_before + sigmoid(i) * tanh(j)`."""
    for opening, squashed in _factors(tensor):
        if opening.op.type != "Sigmoid" or squashed.op.type not in ACTIVATIONS:
            continue
        carry = plain(squashed.op.inputs[0])
        if carry.op.type not in SUMS:
            continue
        for kept, added in itertools.permutations(carry.op.inputs):
            found = _of_carry(kept, added)
            output = _gate(opening.op.inputs[0])
            if found is None or output is None:
                continue
            forget, entering, new, before, activation = found
            if activation != squashed.op.type:
                return None
            gates = [gate for gate, _ in (entering, new, forget, output)]
            shifts = [gate.shift for gate in gates]
            if any(shift for at, shift in enumerate(shifts) if at != 2):
                return None
            return Step("LSTM", ACTIVATIONS[activation], _unique(gates), gates[0].parts, (before,),
                        (tensor, carry), shifts[2])  # fmt: skip
    return None


_Gate = tuple[Linear, int]


def _of_carry(
    kept: tf.Tensor, added: tf.Tensor
) -> tuple[_Gate, _Gate, _Gate, tf.Tensor, str] | None:
    for forgetting, before in _factors(kept):
        for entering, new in _factors(added):
            if forgetting.op.type != "Sigmoid" or entering.op.type != "Sigmoid":
                continue
            if new.op.type not in ACTIVATIONS:
                continue
            forget, enter = _gate(forgetting.op.inputs[0]), _gate(entering.op.inputs[0])
            value = _gate(new.op.inputs[0])
            if forget and enter and value:
                return forget, enter, value, before, new.op.type
    return None


def _gru(tensor: tf.Tensor) -> Step | None:
    """`h = u * h_before + (1 - u) * c`, `c = tanh([x, r * h_before])`."""
    for kept, added in itertools.permutations(tensor.op.inputs):
        for update, before in _factors(kept):
            for rest, candidate in _factors(added):
                if candidate.op.type in ACTIVATIONS and _is_rest(rest, update):
                    found = _of_candidate(tensor, update, before, candidate)
                    if found is not None:
                        return found
    return None


def _is_rest(rest: tf.Tensor, update: tf.Tensor) -> bool:
    op = rest.op
    return op.type == "Sub" and number(op.inputs[0]) == 1 and plain(op.inputs[1]) is update


def _of_candidate(
    tensor: tf.Tensor, update: tf.Tensor, before: tf.Tensor, candidate: tf.Tensor
) -> Step | None:
    opened = _sigmoid_gate(update)
    value = linear(candidate.op.inputs[0])
    if opened is None or value is None or len(value.parts) != 2 or value.shift:
        return None
    for reset, state in _factors(value.parts[1]):
        resetting = _sigmoid_gate(reset)
        if state is not before or resetting is None:
            continue
        gates, is_joint = [resetting[0], opened[0]], resetting[0].variables == opened[0].variables
        if is_joint and (resetting[1], opened[1]) != (0, 1):
            return None
        if any(gate.shift for gate in gates):
            return None
        # Apart, they are listed as Keras has them: update, reset, candidate.
        ordered = [gates[0]] if is_joint else gates[::-1]
        return Step("GRU", ACTIVATIONS[candidate.op.type], _unique([*ordered, value]),
                    gates[0].parts, (before,), (tensor,))  # fmt: skip
    return None


def _sigmoid_gate(tensor: tf.Tensor) -> _Gate | None:
    """A gate whose activation comes before it is split, or after."""
    tensor, part = plain(tensor), None
    if tensor.op.type in _SPLITS:
        part = tensor.value_index
        tensor = plain(tensor.op.inputs[1 if tensor.op.type == "Split" else 0])
    if tensor.op.type != "Sigmoid":
        return None
    found = _gate(tensor.op.inputs[0])
    return found if found is None or part is None else (found[0], part)


def _simple(tensor: tf.Tensor) -> Step | None:
    """`h = tanh([x, h_before])`."""
    found = linear(tensor.op.inputs[0])
    if found is None or len(found.parts) != 2 or found.shift:
        return None
    name = ACTIVATIONS[tensor.op.type]
    return Step("SimpleRNN", name, (found,), found.parts, (), (tensor,))
