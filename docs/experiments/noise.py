"""Measures how far the tutorial's graph is from itself when nothing is wrong.

    python docs/experiments/noise.py             writes noise.json (half an hour on two cores)

The same graph computes the same things with one and two threads, with oneDNN's kernels and
without, each in a process of its own, and with every float32 in it made a float64. What differs
then is rounding. `legacy_cnn.parity.tolerance` takes its figures from here and from
false_alarms.json.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent.parent / "results"
SEEDS = (0, 1, 2)
STEPS = 30
#: Name -> TF_ENABLE_ONEDNN_OPTS, threads, type. All are compared with the first.
SETTINGS = {
    "oneDNN, 2 threads": ("1", 2, "float32"),
    "oneDNN, 1 thread": ("1", 1, "float32"),
    "no oneDNN, 2 threads": ("0", 2, "float32"),
    "no oneDNN, 1 thread": ("0", 1, "float32"),
    "float64": ("1", 2, "float64"),
}


def main():
    """Runs every setting, seed by seed, and joins what they say."""
    measured = []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as place:
            for name, (onednn, _, _) in SETTINGS.items():
                environment = {
                    **os.environ,
                    "TF_ENABLE_ONEDNN_OPTS": onednn,
                    "TF_CPP_MIN_LOG_LEVEL": "3",
                }
                command = [sys.executable, __file__, name, str(seed), place]
                done = subprocess.run(
                    command, env=environment, check=True, capture_output=True, text=True
                )
                measured += json.loads(done.stdout.splitlines()[-1])
                print(name, seed, file=sys.stderr)
    record = {"settings": SETTINGS, "seeds": SEEDS, "steps": STEPS, "noise": most(measured)}
    (HERE / "noise.json").write_text(json.dumps(record, indent=1) + "\n")


def most(measured):
    """Setting -> row of the table -> measure -> the largest figure, and where it was."""
    found = {}
    for each in measured:
        row = found.setdefault(each["setting"], {}).setdefault(each["row"], {})
        for measure in ("absolute", "relative", "ulp", "norm"):
            value = float(f"{each[measure]:.3g}")
            if value >= row.get(measure, {"value": 0})["value"]:
                where = {key: each[key] for key in ("tensor", "step", "seed")}
                row[measure] = {"value": value, **where}
    return found


class Recorder:
    """Keeps the arrays of the first setting in files; compares those of the others with them."""

    def __init__(self, name, seed, place):
        self.first = name == next(iter(SETTINGS))
        self.found = []
        self._name, self._seed, self._place = name, seed, Path(place)

    def kept(self, key):
        import numpy as np

        return np.load(self._place / f"{key}.npy")

    def see(self, row, tensor, array, step=None, origin=None):
        import numpy as np

        from legacy_cnn.parity.difference import difference

        key = f"{row}-{tensor}-{step}".replace(" ", "_").replace(",", "")
        if self.first:
            np.save(self._place / f"{key}.npy", array)
            return
        figures = difference(self.kept(key), np.asarray(array, np.float32), origin)
        self.found.append(
            {
                "setting": self._name, "seed": self._seed, "row": row, "tensor": tensor,
                "step": step, **{
                    each: getattr(figures, each)
                    for each in ("absolute", "relative", "ulp", "norm")
                },
            }
        )  # fmt: skip


def worker(name, seed, place):
    """Computes everything in one setting; prints the figures as JSON."""
    from legacy_cnn import mnist
    from legacy_cnn.parity.ladder import batches_of
    from legacy_cnn.parity.references import drawn
    from legacy_cnn.settings import ParitySettings

    _, threads, kind = SETTINGS[name]
    recorder = Recorder(name, seed, place)
    batches = list(batches_of(mnist.load(), ParitySettings(steps=STEPS, seed=seed)))
    with reference_of(kind, threads) as reference:
        weights = drawn(reference.shapes(), seed)
        reference.begin(weights)
        images, labels, noise = batches[0]
        mask = noise >= 0.2
        for row, feed in (("forward", {}), ("dropout", {"keep_prob": 0.8, "mask": mask})):
            for layer, value in reference.forward(images, **feed).items():
                recorder.see(row, layer, value)
        recorder.see("loss", "loss", reference.cost(images, labels, 0.8, mask))
        _gradients(recorder, reference, images, labels, mask)
        _update(recorder, reference, weights)
        _steps(recorder, reference, weights, batches)
        _predictions(recorder, reference)
    print(json.dumps(recorder.found))


def _gradients(recorder, reference, images, labels, mask):
    layers = {name: recorder.kept(f"dropout-{name}-None") for name in reference.layers}
    backward = reference.backward(images, labels, 0.8, mask, layers)
    for of in backward:
        for name, value in of.items():
            recorder.see("gradients", name, value)


def _update(recorder, reference, weights):
    gradients = {name: recorder.kept(f"gradients-{name}-None") for name in weights}
    reference.begin(weights)
    reference.apply(gradients)
    _see_state(recorder, "update", reference, weights, None)


def _steps(recorder, reference, weights, batches):
    """Each step from the state that the first setting had reached."""
    reference.begin(weights)
    before = weights
    for step, (images, labels, noise) in enumerate(batches, 1):
        loss = reference.step(images, labels, 0.8, noise >= 0.2)
        recorder.see("steps, loss", "loss", loss, step)
        _see_state(recorder, "steps", reference, before, step)
        before = reference.weights()
        if not recorder.first:
            before = {name: recorder.kept(f"steps_weights-{name}-{step}") for name in weights}
            _go_on_from(recorder, reference, before, step)


def _go_on_from(recorder, reference, weights, step):
    names = reference.names.parameters
    slots = {
        op.name: recorder.kept(f"steps_slots-{slot}_of_{name}-{step}")
        for name, update in reference.updates.items()
        for slot, op in update.slots.items()
    }
    reference.load({**{names[name]: value for name, value in weights.items()}, **slots})


def _see_state(recorder, row, reference, weights, step):
    state = reference.state()
    for name, value in reference.weights(state).items():
        rows = "steps, weights" if step else row
        recorder.see(rows, name, value, step, weights[name])
    for (slot, name), value in reference.slots(state).items():
        recorder.see("steps, slots" if step else row, f"{slot} of {name}", value, step)


def _predictions(recorder, reference):
    from legacy_cnn import mnist
    from legacy_cnn.mnist.rows import scaled

    reference.begin({n: recorder.kept(f"steps_weights-{n}-{STEPS}") for n in reference.parameters})
    images = scaled(mnist.load().test_images.reshape(-1, 784))
    for start in range(0, len(images), 500):
        part = images[start : start + 500]
        recorder.see("predictions", f"logits from {start}", reference.forward(part)["logits"])


def reference_of(kind, threads):
    """The tutorial, as it is or in float64."""
    import tensorflow.compat.v1 as tf

    from legacy_cnn import tutorial
    from legacy_cnn.parity.names import GraphNames
    from legacy_cnn.parity.session import GraphSession

    graph = tf.Graph()
    with graph.as_default():
        tutorial.build_graph()
    if kind == "float32":
        return GraphSession("tutorial", graph, GraphNames.of_tutorial(), threads)
    doubled = tf.Graph()
    with doubled.as_default():
        tf.import_graph_def(in_float64(graph.as_graph_def()), name="")
    return GraphSession(
        "in float64",
        doubled,
        GraphNames.of_tutorial(),
        threads,
        lambda session: session.run("init"),
    )


def in_float64(definition):
    """A GraphDef with every float32 in it made a float64."""
    import tensorflow.compat.v1 as tf

    single, double = tf.float32.as_datatype_enum, tf.float64.as_datatype_enum
    for node in definition.node:
        for attribute in node.attr.values():
            if attribute.type == single:
                attribute.type = double
            if attribute.HasField("tensor") and attribute.tensor.dtype == single:
                value = tf.make_ndarray(attribute.tensor).astype("float64")
                attribute.tensor.CopyFrom(tf.make_tensor_proto(value))
    return definition


if __name__ == "__main__":
    if len(sys.argv) > 1:
        worker(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    else:
        main()
