#!/usr/bin/env python
"""Records training steps of a TensorFlow 1 script: what it computed, and from what.

    python record_tf1.py [--steps N] [--output FILE] [--tensors PATTERN] [--size MB] SCRIPT [ARG...]

Runs the script unmodified and writes a trace: the graph, and for steps 1, 2, 3 and N the variables
before and after, what was fed, what was drawn at random, what queues, datasets and Python functions
delivered, what the script fetched, and the tensors on the way. The trace is an .npz file of plain
arrays. It holds no environment variables. The script prints what it prints without the recorder.

This one file needs Python 2.7 or 3, TensorFlow 0.12 to 1.15 (or tf.compat.v1) and NumPy. It uses
one private method of a session, `_do_run`, which all those releases have with the same arguments:
there fetches and feeds are flat, whatever nest the script passes.
"""

from __future__ import division, print_function

import argparse
import atexit
import hashlib
import io
import json
import os
import platform
import re
import sys
import threading
import traceback
import types
import zipfile

FORMAT, VERSION = "legacy_cnn trace", 1

#: How many of the first steps are kept, beside the last one.
FIRST = 3

#: Seconds that a script has to clean up when it is ended.
PATIENCE = 20

VARIABLES = ("VarHandleOp", "VariableV2", "Variable")

#: Operations that draw numbers.
DRAWING = re.compile(
    r"(Stateless|Stateful|Parameterized)*"
    r"(Random(?!Get|GammaGrad|Crop)|StandardNormal|TruncatedNormal|Uniform(FullInt|Int)?$"
    r"|Multinomial)|\w+CandidateSampler$|SampleDistortedBoundingBox"
)

#: Operations that deliver what a graph does not compute: queues, datasets, Python, files, tables.
DELIVERING = re.compile(
    r"Queue(Dequeue|Size|IsClosed)|IteratorGetNext|DatasetToSingleElement|(Eager)?PyFunc"
    r"|Reader(Read|Num|Serialize)|ReadFile|MatchingFiles|LookupTable(Find|Size|Export)"
    r"|Unstage|StagePeek|StageSize|MapUnstage|OrderedMapUnstage|Barrier|RecordInput"
    r"|(Sparse|Resource)?AccumulatorTake|GetSessionTensor|Timestamp"
)

#: Operations that change the variable that is their first input.
WRITING = re.compile(
    r"(Resource)?(Sparse)?Apply\w+$|Assign(Add|Sub)?(VariableOp)?$|(Resource)?Scatter\w+$"
    r"|(Resource)?StridedSliceAssign$"
)

#: Operations whose output may be the memory of their first input. Beside an update, such a tensor
#: of a variable has the value after it.
SHARING = frozenset(
    "Identity RefIdentity Reshape ExpandDims Squeeze StopGradient PreventGradient Snapshot Cast "
    "CheckNumerics Switch RefSwitch Merge RefMerge Enter RefEnter Exit RefExit Slice StridedSlice "
    "Transpose Pack Concat ConcatV2 AddN Split SplitV Unpack Bitcast Print EnsureShape "
    "Assign AssignAdd AssignSub ReadVariableOp".split()
)


def say(text):
    """Prints a sentence on stderr."""
    sys.stdout.flush()
    sys.stderr.write("record_tf1: %s\n" % text)
    sys.stderr.flush()


def temporary_of(path):
    """Where a file is written before it takes its name."""
    return "%s.%d.tmp" % (path, os.getpid())


def several(number, noun):
    return "%d %s%s" % (number, noun, "" if number == 1 else "s")


def in_bytes(size):
    return "%.1f MB" % (size / 1e6) if size >= 1e6 else "%d kB" % (size / 1000 + 1)


class Failure(Exception):
    """What ends a recording in one sentence."""


class Ended(SystemExit):
    """Ends the script after its last step."""


# ---------------------------------------------------------------------------- the graph of a run


def name_of(element):
    """The name of a tensor or operation; old releases pass names as bytes, 2.x references."""
    element = element.deref() if hasattr(element, "deref") else element
    if isinstance(element, bytes):
        return element.decode("utf-8")
    name = getattr(element, "name", element)
    return name.decode("utf-8") if isinstance(name, bytes) else str(name)


def kind_of(operation):
    return operation.type[3:] if operation.type.startswith("Ref") else operation.type


def dtype_of(tensor):
    """The name of a tensor's type, whether or not it is a reference."""
    return tensor.dtype.base_dtype.name


def shape_of(tensor):
    """A list of sizes, None where unknown; None for an unknown rank."""
    try:
        return tensor.get_shape().as_list()
    except ValueError:
        return None


def reach(roots, cut):
    """The operations that a run executes, inputs before their users.

    Args:
      roots: operations.
      cut: names of tensors that are fed; what only they need is not executed.
    """
    order, begun, done, waiting = [], set(), set(), [(root, False) for root in roots]
    while waiting:
        operation, expanded = waiting.pop()
        if expanded:
            if operation not in done:
                done.add(operation)
                order.append(operation)
            continue
        if operation in begun:
            continue
        begun.add(operation)
        waiting.append((operation, True))
        before = [tensor.op for tensor in operation.inputs if tensor.name not in cut]
        for each in before + list(operation.control_inputs):
            if each not in begun:
                waiting.append((each, False))
    return order


def depths_of(order, cut):
    """In how many loops and branches each operation's outputs are: those cannot be fetched."""
    depths = {}
    for operation in order:
        before = [each.op for each in operation.inputs if each.name not in cut]
        before += operation.control_inputs
        before = [each for each in before if kind_of(each) != "NextIteration"]
        inside = max([depths.get(each, 0) for each in before] or [0])
        depths[operation] = max(inside + change_of_depth(operation), 0)
    return depths


def change_of_depth(operation):
    kind, inputs = kind_of(operation), [kind_of(tensor.op) for tensor in operation.inputs]
    if kind == "Enter" or (kind == "Switch" and inputs[1] != "LoopCond"):
        return 1
    if kind == "Exit" or (kind == "Merge" and "NextIteration" not in inputs):
        return -1
    return 0


def sharing_variables(order):
    """The operations whose outputs may be the memory of a variable."""
    sharing = set()
    for operation in order:
        inputs = [tensor.op for tensor in operation.inputs]
        if operation.type in VARIABLES or (
            operation.type in SHARING and any(each in sharing for each in inputs)
        ):
            sharing.add(operation)
    return sharing


def flows_of(order):
    """The operations whose float outputs only order a TensorArray's reads and writes: garbage."""
    flows = set()
    for operation in order:
        kind, inputs = operation.type, [tensor.op for tensor in operation.inputs]
        makes = re.match(r"TensorArray(Grad|Write|Scatter|Split|Unpack|V|$)", kind)
        if makes or (inputs and inputs[0] in flows and kind in SHARING):
            flows.add(operation)
    return flows


def decider_of(switch):
    """The tensor that decides which branch runs; copies of it cannot be fetched."""
    tensor = switch.inputs[1]
    while tensor.op.type == "Identity":
        tensor = tensor.op.inputs[0]
    return tensor


def deciders_of(order):
    """The tensors that decide which branches run."""
    switches = [each for each in order if kind_of(each) == "Switch"]
    switches = [each for each in switches if kind_of(each.inputs[1].op) != "LoopCond"]
    deciders = dict((each.name, each) for each in map(decider_of, switches))
    return [deciders[name] for name in sorted(deciders)]


def running(order, decided):
    """Which operations of branches run.

    Args:
      order: operations, inputs before their users.
      decided: name of a tensor that decides -> its value, as far as it is known.

    Returns:
      Dict from operations to True, False, or None: unknown, or inside of a loop.
    """
    alive = {}  # name of a tensor, or an operation -> whether it is computed
    for operation in order:
        kind = kind_of(operation)
        before = [alive.get(tensor.name, True) for tensor in operation.inputs]
        waited = [alive.get(each, True) for each in operation.control_inputs]
        if kind == "Merge":
            runs = True if True in before else None if None in before else False
        else:
            states = before + waited
            runs = False if False in states else None if None in states else True
        if kind == "Enter":
            runs = None
        elif kind == "Exit":
            runs = True
        alive[operation] = runs
        for place, tensor in enumerate(operation.outputs):
            alive[tensor.name] = runs
            if kind == "Switch" and runs:
                value = decided.get(decider_of(operation).name)
                alive[tensor.name] = None if value is None else value == bool(place)
    return alive


#: Folders of libraries: what lies in them is not the script's.
LIBRARIES = re.compile(r"[\\/](site-packages|dist-packages|lib[\\/]python[\d.]+)[\\/]")

#: Where the recorder was started: a script may go elsewhere.
BEGUN_IN = os.getcwd()


def origins_of(operations):
    """Where the script made each operation: a dict from its name to a list of [file, line].

    Only the script's own lines, the one of the innermost call last. What has none is left out.
    """
    found, known = {}, {}
    for operation in operations:
        places = []
        for frame in operation.traceback or ():
            path = frame[0]
            if path not in known:
                known[path] = own_path(path)
            if known[path]:
                places.append([known[path], int(frame[1])])
        if places:
            found[operation.name] = places
    return found


def own_path(path):
    """The full path of a file of the script's; None for one of a library, or of the recorder."""
    full = os.path.join(BEGUN_IN, path)
    package = os.path.dirname(os.path.dirname(THIS_FILE))
    is_own = os.path.basename(package) == "legacy_cnn" and full.startswith(package + os.sep)
    if is_own or full == THIS_FILE or LIBRARIES.search(full) or not os.path.isfile(full):
        return None
    return full


def variable_of(tensor):
    """The variable that a reference or a handle leads to, or None."""
    operation = tensor.op
    while operation.type not in VARIABLES:
        if operation.type not in SHARING or not operation.inputs:
            return None
        operation = operation.inputs[0].op
    return operation


def functions_of(operation):
    """The names of the functions that an operation calls."""
    for value in operation.node_def.attr.values():
        # Before 1.0, a list holds no functions.
        for function in [value.func] + list(getattr(value.list, "func", [])):
            if function.name:
                yield function.name


class Plan(object):
    """What one kind of run changes, and what is fetched beside it."""

    def __init__(self, graph, targets, fetches, feeds):
        """Analyses a run; all three are lists of names."""
        self.graph, self.targets, self.fetches = graph, targets, fetches
        #: Whether a run has changed a trainable variable.
        self.is_proven = False
        #: What is fetched beside every run of this kind; see `forgets`.
        self.always = None
        self._fed = set(feeds)
        order = reach(self._roots(self._fed), self._fed)
        self.updated = self._updated(order)
        self._order = order

    def complete(self):
        """Finds what is fetched beside a step."""
        order = self._order
        self.variables = [each for each in order if each.type in VARIABLES]
        depths = depths_of(order, self._fed)
        self.hidden = []
        #: Noise inside of branches, which is drawn in some runs; and what decides that.
        self.branched, self.deciders = [], []
        self.noise, self.delivered = [], []
        for operation in order:
            if DRAWING.match(operation.type):
                self._put(self.noise, operation, depths)
            elif DELIVERING.match(operation.type):
                self._put(self.delivered, operation, depths)
        cut = self._fed.union(tensor.name for tensor in self.noise + self.delivered)
        order = reach(self._roots(cut), cut)
        self.noise = self._needed(self.noise, order)
        self.delivered = self._needed(self.delivered, order)
        #: Up to 1.3, a seeded candidate sampler begins anew for each list of fetches.
        self.forgets = any(
            each.type.endswith("CandidateSampler") and not each.op_def.is_stateful
            for each in self._order
        )
        depths, sharing, flows = depths_of(order, cut), sharing_variables(order), flows_of(order)
        known = cut.union(self.fetches)
        sharing_names = set(tensor.name for each in sharing for tensor in each.outputs)
        self.shared = sorted(sharing_names.intersection(self.fetches))
        self.tensors = [
            tensor
            for operation in order
            if not depths[operation] and operation.type != "Const"
            if operation not in sharing and operation not in flows
            for tensor in operation.outputs
            if tensor.name not in known and self._is_float(tensor)
        ]
        self._look_into_functions(order)
        if self.branched:
            self.deciders = [each for each in deciders_of(order) if self._is_plain(each)]
        self._order = order

    def _roots(self, cut):
        """The operations that the script wants to run."""
        tensors = [self.graph.get_tensor_by_name(name) for name in self.fetches if name not in cut]
        targets = [self.graph.get_operation_by_name(name) for name in self.targets]
        return targets + [tensor.op for tensor in tensors]

    def _needed(self, tensors, order):
        """Those that the step needs: not what only a queue or a Python function is given."""
        used = set(tensor.name for operation in order for tensor in operation.inputs)
        used.update(self.fetches)
        return [tensor for tensor in tensors if tensor.name in used]

    def _put(self, tensors, operation, depths):
        wanted = [each for each in operation.outputs if each.name not in self._fed]
        wanted = [each for each in wanted if dtype_of(each) not in ("resource", "variant")]
        if not wanted:
            return
        if depths[operation] or not self.graph.is_fetchable(operation):
            self.branched.append(operation)
        else:
            tensors.extend(each for each in wanted if self.graph.is_fetchable(each))

    def _is_plain(self, decider):
        """Whether a tensor can be computed in a run of its own, before the step."""
        if decider.name in self._fed or not self.graph.is_fetchable(decider):
            return False
        return not any(
            DRAWING.match(each.type)
            or DELIVERING.match(each.type)
            or WRITING.match(each.type)
            or kind_of(each) in ("Switch", "Merge")
            for each in reach([decider.op], self._fed)
        )

    def branches(self, decided):
        """Noise inside of branches: tensors that are drawn, and names of those that are not.

        What is inside of a loop, or whose branch is not known, becomes a sentence.
        """
        alive = running(self._order, decided) if self.branched else {}
        drawn, idle = [], []
        for operation in self.branched:
            # What the step does not need is in no order; it was delivered.
            if alive.get(operation, False):
                drawn.extend(operation.outputs)
            elif alive.get(operation, False) is None:
                self.hidden.append(
                    "%s (%s) is inside a loop or a branch, so what it yields cannot be recorded"
                    % (operation.name, operation.type)
                )
            else:
                idle.append(operation.name)
        self.branched = [each for each in self.branched if each in alive]
        return drawn, idle

    def _is_float(self, tensor):
        is_reference = tensor.dtype.name.endswith("_ref")
        is_float = dtype_of(tensor) in ("float16", "float32", "float64")
        return is_float and not is_reference and self.graph.is_fetchable(tensor)

    def _updated(self, order):
        """The trainable variables that the run may change, but for mere initialisers."""
        collected = self.graph.get_collection("trainable_variables")
        trainable = set(each.op.name for each in collected)
        if any(operation.type.startswith("Restore") for operation in order):
            return []  # a checkpoint is read
        updated = []
        for operation in order:
            for tensor in list(operation.inputs):
                variable = None
                if dtype_of(tensor) == "resource" or tensor.dtype.name.endswith("_ref"):
                    variable = variable_of(tensor)
                if variable is None or variable.name not in trainable or variable in updated:
                    continue
                calls = any(True for _ in functions_of(operation))
                if calls or (WRITING.match(operation.type) and self._is_update(operation)):
                    updated.append(variable)
        return updated

    def _is_update(self, operation):
        """Whether the new value depends on that of a variable: it is not a first value."""
        if operation.type not in ("Assign", "AssignVariableOp"):
            return True
        value = operation.inputs[1]
        if value.name in self._fed:
            return False
        return any(each.type in VARIABLES for each in reach([value.op], self._fed))

    def _look_into_functions(self, order):
        called = set(name for operation in order for name in functions_of(operation))
        if not called:
            return
        library = self.graph.as_graph_def().library.function
        for function in library:
            drawn = [node.op for node in function.node_def if DRAWING.match(node.op)]
            if drawn and function.signature.name in called:
                self.hidden.append(
                    "%s is drawn inside the function %s, so it cannot be recorded"
                    % (drawn[0], function.signature.name)
                )


def within(tensors, limit, likely):
    """Those of the tensors that take at most `limit` bytes together, the small ones first.

    Args:
      tensors: tensors whose sizes may be unknown.
      limit: number of bytes.
      likely: the likely size of each dimension, as far as the feeds tell it.
    """
    sizes = [likely_size(tensor, likely) for tensor in tensors]
    largest = max([size for size in sizes if size is not None] or [0])
    sizes = [largest if size is None else size for size in sizes]
    sized = [(size, tensor.name, tensor) for size, tensor in zip(sizes, tensors)]
    sized.sort(key=lambda each: each[:2])
    chosen, total = [], 0
    for size, _, tensor in sized:
        total += size
        if total > limit:
            break
        chosen.append(tensor)
    return chosen


def likely_size(tensor, likely):
    """The bytes that a tensor probably takes, or None."""
    shape, size = shape_of(tensor), tensor.dtype.size
    if shape is None:
        return None
    for place, each in enumerate(shape):
        if each is None and place >= len(likely):
            return None
        size *= likely[place] if each is None else each
    return size


# ---------------------------------------------------------------------------- the trace


class Trace(object):
    """What was recorded, and the file that it is written to."""

    def __init__(self):
        self.index = {
            "format": FORMAT,
            "version": VERSION,
            "graphs": [],
            "arrays": [],
            "kept": [],
            "history": [],
            "notes": [],
        }
        self._arrays = []  # in the order of the file
        self._places = {}  # hash of an array -> its place
        self._graphs = []  # (graph, its version) in the order of the file

    def note(self, text):
        """Puts a sentence into the trace and on stderr, once."""
        if text not in self.index["notes"]:
            self.index["notes"].append(text)
            say(text)

    def add(self, value):
        """Stores an array once; returns its place, or None if it is of no plain type."""
        import numpy as np

        array = np.asarray(value)
        if array.dtype.kind in "OSU":
            return self._add_strings(array)
        if array.dtype.kind not in "biufc":
            return None
        if array.dtype.byteorder == ">":
            array = array.astype(array.dtype.newbyteorder("<"))
        array = np.array(array, order="C")  # a copy: the session may use its memory again
        described = {"dtype": array.dtype.name, "shape": list(array.shape)}
        return self._place(array, described)

    def _add_strings(self, array):
        import numpy as np

        strings = []
        for value in array.ravel().tolist():
            if not isinstance(value, (bytes, type(b"".decode("ascii")))):
                return None
            strings.append(value if isinstance(value, bytes) else value.encode("utf-8"))
        lengths = self.add(np.array([len(each) for each in strings], np.int64))
        content = np.frombuffer(b"".join(strings) or b"", np.uint8)
        described = {"dtype": "string", "shape": list(array.shape), "lengths": lengths}
        return self._place(content, described)

    def _place(self, array, described):
        import numpy as np

        key = json.dumps(described, sort_keys=True).encode("ascii")
        flat = np.ascontiguousarray(array).reshape(-1).view(np.uint8) if array.size else b""
        key = hashlib.sha1(key + hashlib.sha1(flat).digest()).digest()
        if key not in self._places:
            self._places[key] = len(self._arrays)
            self._arrays.append(array)
            self.index["arrays"].append(described)
        return self._places[key]

    def add_graph(self, graph):
        """Stores a graph as it is now, once; returns its place."""
        import numpy as np

        for place, (each, version) in enumerate(self._graphs):
            if each is graph and version == graph.version:
                return place
        try:
            content = graph.as_graph_def(add_shapes=True).SerializeToString()
        except ValueError as error:  # it is larger than two gigabytes
            raise Failure("the graph cannot be written: %s." % error)
        trainable = set(each.op.name for each in graph.get_collection("trainable_variables"))
        variables = [each.name for each in graph.get_operations() if each.type in VARIABLES]
        self._graphs.append((graph, graph.version))
        self.index["graphs"].append(
            {
                "array": self.add(np.frombuffer(content, np.uint8)),
                "trainable": [name for name in variables if name in trainable],
                "origins": origins_of(graph.get_operations()),
            }
        )
        return len(self._graphs) - 1

    def size(self):
        return sum(array.nbytes for array in self._arrays)

    def write(self, path):
        """Writes the file beside `path` and renames it."""
        import numpy as np

        index = json.dumps(self.index, sort_keys=True).encode("ascii")
        members = [("index", np.frombuffer(index, np.uint8))]
        members += [("array_%d" % place, array) for place, array in enumerate(self._arrays)]
        temporary = temporary_of(path)
        try:
            with zipfile.ZipFile(temporary, "w", allowZip64=True) as archive:
                for name, array in members:
                    self._write_member(archive, name + ".npy", array)
            if os.name == "nt" and os.path.exists(path):
                os.remove(path)  # Python 2 does not replace a file there
            os.rename(temporary, path)
        except BaseException:
            if os.path.exists(temporary):
                os.remove(temporary)
            raise

    @staticmethod
    def _write_member(archive, name, array):
        import numpy as np

        member = io.BytesIO()
        np.lib.format.write_array(member, array, allow_pickle=False)
        # Weights do not compress, and trying takes longer than a step.
        small = array.nbytes < 1 << 20
        archive.writestr(
            zipfile.ZipInfo(name),
            member.getvalue(),
            zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED,
        )


# ---------------------------------------------------------------------------- the recorder


class Recorder(object):
    """Records the steps of all sessions of a process."""

    def __init__(self, settings):
        self.settings = settings
        self.trace = Trace()
        self.count = 0
        self.is_done = False
        self.run_in = None  # BaseSession.run, whatever a script's own class makes of it
        self.timer = None  # ends the process if the script does not
        self._plans = {}
        self._sessions = []
        self._history = {}  # name of a scalar -> ([number of the step], [value])
        self._lock = threading.RLock()
        self._inside = threading.local()
        self._process = os.getpid()
        self._refusals = 0

    def is_active(self):
        """Whether a run is the script's own, in its own process."""
        return not getattr(self._inside, "value", False) and os.getpid() == self._process

    def run(self, session, targets, fetches, feeds, go):
        """Does a run of the script, and records it if it is a step.

        Args:
          session: the session.
          targets: operations, or their names as bytes.
          fetches: tensors, or their names as bytes.
          feeds: dict from tensors, or their names as bytes, to arrays.
          go: does the run and fetches a list of tensors beside it.

        Returns:
          The list of values that were fetched.
        """
        if self.is_done and in_main_thread():
            self._end()
        plan = self._plan(session.graph, targets, fetches, feeds)
        if not plan.updated:
            return go([])
        with self._lock:
            if self.is_done:
                self._end()
            return self._candidate(session, plan, feeds, go)

    def _plan(self, graph, targets, fetches, feeds):
        names = [tuple(name_of(each) for each in group) for group in (targets, fetches, feeds)]
        key = (id(graph), names[0], names[1], tuple(sorted(names[2])))
        if key not in self._plans:  # a plan keeps its graph, so no other has that id
            self._plans[key] = Plan(graph, *names)
        return self._plans[key]

    def _candidate(self, session, plan, feeds, go):
        number = self.count + 1
        is_kept = number <= self.settings.first or number == self.settings.steps
        if plan.is_proven and not is_kept:
            results = go(plan.always or [])[: len(plan.fetches)]
            self._step_is_done(plan, results)
            return results
        if not hasattr(plan, "variables"):
            plan.complete()
        before = self._read(session, plan.variables)
        if any(each.name not in before for each in plan.updated):
            return go([])  # it gives them their first values
        beside, idle = [], []
        if is_kept or plan.forgets:
            drawn, idle = plan.branches(self._decided(session, plan, feeds))
            beside = plan.always or self._beside(plan, feeds, drawn)
            plan.always = beside if plan.forgets else None
        results = go(beside)
        results, values = results[: len(plan.fetches)], results[len(plan.fetches) :]
        after = self._read(session, plan.variables)
        names = [each.name for each in plan.updated]
        if all(same_bits(before[name], after[name]) for name in names):
            return results
        plan.is_proven = True
        if is_kept:
            beside = dict(zip([tensor.name for tensor in beside], values))
            noise = plan.noise + drawn
            self._keep(session, plan, number, feeds, results, beside, before, after, noise, idle)
        self._step_is_done(plan, results)
        return results

    def _decided(self, session, plan, feeds):
        """Dict from the names of what decides on branches to their values in the coming step."""
        decided = dict((name_of(key), value) for key, value in feeds.items())
        decided = dict((n, bool(value)) for n, value in decided.items() if value.shape == ())
        if plan.deciders:
            fed = dict((name_of(key), value) for key, value in feeds.items())
            self._inside.value = True
            try:
                values = self.run_in(session, plan.deciders, fed)
            except Exception:  # what is not known becomes a sentence
                return decided
            finally:
                self._inside.value = False
            decided.update(zip([each.name for each in plan.deciders], map(bool, values)))
        return decided

    def _beside(self, plan, feeds, drawn):
        """What is fetched beside a step: what must be known, and as many tensors as fit."""
        limit = self.settings.size * 1000 * 1000
        shapes = [getattr(array, "shape", ()) for array in feeds.values()]
        rank = max([len(shape) for shape in shapes] or [0])
        likely = [max(s[place] for s in shapes if len(s) > place) for place in range(rank)]
        wanted = [each for each in plan.tensors if re.search(self.settings.tensors, each.name)]
        chosen = within(wanted, limit, likely or [128])
        if len(chosen) < len(wanted):
            self.trace.note(
                "%d of %s on the way are kept, the others are larger than %d MB together (--size)."
                % (len(chosen), several(len(wanted), "tensor"), self.settings.size)
            )
        must = plan.noise + drawn + plan.delivered
        names = set(each.name for each in must)
        return must + [each for each in chosen if each.name not in names]

    def _keep(self, session, plan, number, feeds, results, beside, before, after, noise, idle):
        trace = self.trace
        if session not in self._sessions:
            self._sessions.append(session)
        required = dict((name_of(key), value) for key, value in feeds.items())
        kept = {
            "number": number,
            "session": self._sessions.index(session),
            "graph": trace.add_graph(session.graph),
            "targets": list(plan.targets),
            "feeds": self._arrays(required),
            "noise": self._arrays(self._of(noise, beside)),
            "idle": idle,
            "delivered": self._arrays(self._of(plan.delivered, beside)),
            "fetched": self._arrays(dict(zip(plan.fetches, results))),
            "shared": plan.shared,
            "tensors": self._arrays(self._of(plan.tensors, beside)),
            "before": self._arrays(before),
            "after": self._arrays(after),
        }
        trace.index["kept"].append(kept)
        for text in plan.hidden:
            trace.note(text + ".")
        for kind in ("feeds", "noise", "delivered"):
            for name, place in kept[kind].items():
                if place is None:
                    trace.note("%s is of a type that cannot be recorded." % name)
        missing = [each.name for each in plan.variables if each.name not in before]
        if missing:
            trace.note(
                "%s had no value yet (%s)." % (several(len(missing), "variable"), missing[0])
            )
        if "environment" not in trace.index:
            trace.index["environment"] = environment(session, self.settings)
        say(
            "step %d: %s, %d fed, %d drawn, %d delivered, %s on the way (%s so far)."
            % (
                number,
                several(len(kept["before"]), "variable"),
                len(kept["feeds"]),
                len(kept["noise"]),
                len(kept["delivered"]),
                several(len(kept["tensors"]), "tensor"),
                in_bytes(trace.size()),
            )
        )

    @staticmethod
    def _of(tensors, values):
        names = [tensor.name for tensor in tensors]
        return dict((name, values[name]) for name in names if name in values)

    def _arrays(self, values):
        return dict((name, self.trace.add(value)) for name, value in sorted(values.items()))

    def _read(self, session, variables):
        """Dict from the names of those variables that have a value to it, read in a run alone."""
        readers = [(each.name, reader_of(each)) for each in variables]
        self._inside.value = True
        try:
            return dict(
                self._read_ready(session, [each for each in readers if each[1] is not None])
            )
        finally:
            self._inside.value = False

    def _read_ready(self, session, readers):
        from tensorflow import errors

        if not readers:
            return []
        try:
            values = self.run_in(session, [tensor for _, tensor in readers])
        except (errors.FailedPreconditionError, errors.NotFoundError):  # some have no value
            if len(readers) == 1:
                return []
            middle = len(readers) // 2
            first = self._read_ready(session, readers[:middle])
            return first + self._read_ready(session, readers[middle:])
        import numpy as np

        return [(name, np.array(value)) for (name, _), value in zip(readers, values)]

    def _step_is_done(self, plan, results):
        self.count += 1
        for name, value in zip(plan.fetches, results):
            dtype = getattr(value, "dtype", None)
            if getattr(value, "shape", None) == () and dtype is not None and dtype.kind in "iuf":
                steps, values = self._history.setdefault(name, ([], []))
                steps.append(self.count)
                values.append(float(value))
        if self.count == self.settings.steps:
            self.write()
            self.is_done = True  # the script goes on to its next run, and prints this step's line
        elif self.count == FIRST:
            self._secure()

    def _secure(self):
        """Writes the first steps: the process may be killed, or end itself without a word."""
        self._complete_index()
        try:
            self.trace.write(self.settings.path)
        except (OSError, IOError):
            pass  # if it is so at the end, too, it is said there

    def _end(self):
        """Ends the program, whichever thread it is that wants to do one more step."""
        self._refusals += 1
        if self._refusals == 1:
            self.timer = threading.Timer(PATIENCE, leave, [0])
            self.timer.daemon = True
            self.timer.start()
            if not in_main_thread():
                interrupt_main()
        if self._refusals > 1000:  # the script catches whatever is raised
            leave(0)
        raise Ended(0)

    def _complete_index(self):
        import numpy as np

        add, history = self.trace.add, sorted(self._history.items())
        self.trace.index["steps"] = self.count
        self.trace.index["history"] = [
            {"tensor": name, "steps": add(np.array(at, np.int64)), "values": add(np.array(values))}
            for name, (at, values) in history
        ]

    def write(self):
        """Writes the trace.

        Raises:
          Failure: there is no step, or the file cannot be written.
        """
        if not self.count:
            raise Failure("no step was recorded" + why())
        index, output = self.trace.index, self.settings.output
        self._complete_index()
        try:
            self.trace.write(self.settings.path)
        except (OSError, IOError) as error:
            raise Failure("%s cannot be written: %s." % (output, error.strerror or error))
        numbers = [str(kept["number"]) for kept in index["kept"]]
        text = " and ".join([", ".join(numbers[:-1])] * (len(numbers) > 1) + numbers[-1:])
        say(
            "%s: %s of %s; kept: %s (%s)."
            % (
                output,
                several(self.count, "step"),
                self.settings.script,
                text,
                in_bytes(os.path.getsize(self.settings.path)),
            )
        )


def in_main_thread():
    return isinstance(threading.current_thread(), threading._MainThread)


def interrupt_main():
    try:
        import _thread as threads
    except ImportError:
        import thread as threads
    threads.interrupt_main()


def why():
    """What to do where no step was recorded."""
    if "tensorflow" not in sys.modules:
        return ": the script did not import TensorFlow."
    executing_eagerly = getattr(sys.modules["tensorflow"], "executing_eagerly", None)
    if executing_eagerly is not None and executing_eagerly():
        return ": the script runs eagerly, and only what Session.run runs is recorded."
    return ": no call of Session.run changed a trainable variable."


def same_bits(one, other):
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind in "OSU":
        return one.tolist() == other.tolist()
    return one.tobytes() == other.tobytes()


def reader_of(variable):
    """The tensor of a variable's value, or None if the graph has none; nothing is added to it."""
    if variable.type != "VarHandleOp":
        return variable.outputs[0]
    for operation in variable.outputs[0].consumers():
        if operation.type == "ReadVariableOp" and not operation.control_inputs:
            return operation.outputs[0]
    return None


def environment(session, settings):
    """What the script ran on; no environment variables."""
    import numpy as np
    import tensorflow as tf

    release = str(getattr(tf, "__version__", None) or tf.VERSION)
    devices = []
    # Up to 1.2 there is no such method, and that of 1.3 prints a warning on stdout.
    if not re.match(r"0\.|1\.[0-3]\.", release):
        devices = [[each.name, each.device_type] for each in session.list_devices()]
    return {
        "tensorflow": release,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "devices": devices,
        "argv": [settings.script] + settings.arguments,
    }


# ---------------------------------------------------------------------------- sessions


def watch(base, recorder):
    """Wraps what all sessions have in common.

    Args:
      base: the class `BaseSession`.
      recorder: the Recorder.
    """
    original_run, original_callable = base._do_run, getattr(base, "make_callable", None)
    original_options = getattr(base, "_make_callable_from_options", None)
    recorder.run_in = run_in = base.run

    def _do_run(self, handle, targets, fetches, feeds, options, metadata):
        if not recorder.is_active():
            return original_run(self, handle, targets, fetches, feeds, options, metadata)
        if handle is not None:
            recorder.trace.note("partial_run is used, whose runs are not recorded.")
            return original_run(self, handle, targets, fetches, feeds, options, metadata)
        names = [each for each in list(targets) + list(fetches) if isinstance(each, bytes)]

        def go(beside):
            beside = [each.name.encode("utf-8") for each in beside] if names else beside
            wanted = list(fetches) + list(beside)
            return original_run(self, handle, targets, wanted, feeds, options, metadata)

        return recorder.run(self, targets, fetches, feeds, go)

    def make_callable(self, fetches, feed_list=None, accept_options=False):
        if feed_list is not None:  # it calls run
            return original_callable(self, fetches, feed_list, accept_options)
        return lambda **options: run_in(self, fetches, **options)

    def _make_callable_from_options(self, options):
        if options.tensor_connection:
            recorder.trace.note("Keras is fed tensors, which is not recorded.")
            return original_options(self, options)
        return called_by_run(self, options, run_in)

    base._do_run = _do_run
    if original_callable:
        base.make_callable = make_callable
    if original_options:
        base._make_callable_from_options = _make_callable_from_options


def called_by_run(session, options, run_in):
    """What Keras calls instead of `run`, made to call it."""
    feeds, fetches, targets = list(options.feed), list(options.fetch), list(options.target)
    operations = [session.graph.get_operation_by_name(name) for name in targets]

    def call(*values, **keywords):
        results = run_in(
            session,
            fetches + operations,
            dict(zip(feeds, values)),
            options.run_options if options.HasField("run_options") else None,
            keywords.get("run_metadata"),
        )
        return results[: len(fetches)]

    return call


class Importing(object):
    """Watches sessions as soon as the script has imported TensorFlow.

    The recorder does not import it first: a script may set environment variables before.
    """

    def __init__(self, recorder):
        try:
            import builtins
        except ImportError:
            import __builtin__ as builtins
        self._builtins, self._original = builtins, builtins.__import__
        self._depth, self._recorder = 0, recorder
        builtins.__import__ = self

    def __call__(self, *arguments, **keywords):
        self._depth += 1
        try:
            return self._original(*arguments, **keywords)
        finally:
            self._depth -= 1
            if "tensorflow" in sys.modules and self._depth <= 0:
                self._look()

    def _look(self):
        tensorflow = sys.modules["tensorflow"]
        # From 1.13 on, where the other name prints a warning.
        tensorflow = getattr(getattr(tensorflow, "compat", None), "v1", tensorflow)
        session = getattr(tensorflow, "Session", None)
        if session is not None and hasattr(session, "_do_run"):
            self.stop()
            base = next(each for each in session.__mro__ if "_do_run" in vars(each))
            watch(base, self._recorder)

    def stop(self):
        if self._builtins.__import__ is self:
            self._builtins.__import__ = self._original


# ---------------------------------------------------------------------------- the script


def leave(status):
    """Ends the process although threads of queues still run."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(status)


def end_early():
    """Ends the process: sessions and threads of queues are open, so Python's own end may crash."""
    getattr(atexit, "_run_exitfuncs", lambda: None)()
    leave(0)


def run_script(path, arguments):
    """Runs a script as Python does."""
    with open(path, "rb") as file:
        source = file.read()
    main = types.ModuleType("__main__")
    main.__file__, main.__builtins__ = path, __builtins__
    if sys.version_info[0] > 2:
        main.__cached__ = main.__spec__ = main.__loader__ = None
    sys.modules["__main__"] = main
    sys.argv[:] = [path] + arguments
    sys.path[0] = os.path.dirname(os.path.realpath(path))
    exec(compile(source, path, "exec", 0, True), main.__dict__)


def status_of(end):
    """The exit status of a SystemExit, whose text is printed."""
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    sys.stderr.write("%s\n" % end.code)
    return 1


def print_traceback():
    """Prints the traceback of the script's error, without the frames of the recorder."""
    own = re.escape(os.path.splitext(THIS_FILE)[0])
    text = "".join(traceback.format_exception(*sys.exc_info()))
    frame = r'^( *)File "%s\.pyc?", line .*\n(?:\1  .*\n)?' % own
    sys.stdout.flush()
    sys.stderr.write(re.sub(frame, "", text, flags=re.MULTILINE))


def parse(words):
    """Parses the command line."""
    parser = argparse.ArgumentParser(
        prog="record_tf1.py",
        description="Runs a TensorFlow 1 script unmodified and records training steps of it.",
    )
    add = parser.add_argument
    add("--steps", type=int, default=30, metavar="N", help="end after N steps (default 30)")
    add("--first", type=int, default=FIRST, metavar="N", help=argparse.SUPPRESS)
    add("--output", default="trace.npz", metavar="FILE", help="the trace (default trace.npz)")
    add(
        "--tensors",
        default="",
        metavar="PATTERN",
        help="keep only tensors on the way whose name matches this regular expression",
    )
    add(
        "--size",
        type=int,
        default=64,
        metavar="MB",
        help="most megabytes of tensors on the way to keep with each of the steps 1, 2, 3 and N "
        "(default 64; 0 keeps none)",
    )
    add("script", metavar="SCRIPT", help="the script")
    add("arguments", nargs=argparse.REMAINDER, metavar="ARG", help="its arguments")
    settings = parser.parse_args(words)
    if settings.steps < 1:
        parser.error("--steps must be at least 1, not %d." % settings.steps)
    if settings.size < 0:
        parser.error("--size must be at least 0, not %d." % settings.size)
    try:
        re.compile(settings.tensors)
    except re.error as error:
        parser.error("--tensors is no regular expression: %s." % error)
    if not os.path.isfile(settings.script):
        parser.error("there is no file %s." % settings.script)
    settings.path = os.path.abspath(settings.output)  # the script may change its directory
    if not os.path.isdir(os.path.dirname(settings.path)):
        parser.error("there is no directory %s." % os.path.dirname(settings.path))
    why_not = why_not_written(settings.path)
    if why_not:
        parser.error("%s cannot be written: %s." % (settings.output, why_not))
    return settings


def why_not_written(path):
    """What is in the way of a file, before hours are spent on it; None if nothing is."""
    if os.path.isdir(path):
        return "it is a directory"
    try:
        open(temporary_of(path), "wb").close()
        os.remove(temporary_of(path))
    except (IOError, OSError) as error:
        return error.strerror or str(error)
    return None


def main(words, run=run_script):
    """Runs a script, writes the trace and returns the exit status.

    Args:
      words: the words of the command line.
      run: runs a script with its arguments.
    """
    settings = parse(words)
    recorder = Recorder(settings)
    importing = Importing(recorder)
    status = 0
    try:
        run(settings.script, settings.arguments)
    except Ended:
        pass
    except SystemExit as end:
        status = status_of(end)
    except Failure as failure:
        say(str(failure))
        return 1
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        print_traceback()
        status = 1
    importing.stop()
    if recorder.timer:
        recorder.timer.cancel()
        return end_early()
    if recorder.is_done:
        return status
    try:
        recorder.write()
    except Failure as failure:
        say(str(failure))
        return status or 1
    if recorder.count < settings.steps:
        say("The script ended before step %d." % settings.steps)
    return status


#: Keeps this module alive when the script takes its place as __main__.
THIS_MODULE = sys.modules[__name__]
THIS_FILE = os.path.abspath(__file__) if os.path.isabs(__file__) else __file__

if __name__ == "__main__":
    # Python shows the deprecations of what is imported by __main__; the recorder only passes on.
    __name__ = "record_tf1"
    sys.exit(main(sys.argv[1:]))
