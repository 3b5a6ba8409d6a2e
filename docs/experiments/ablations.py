"""What each setting, and each rewrite of the graph, brings to a training step.

    python docs/experiments/ablations.py          a quarter of an hour, idle; writes ablations.json

Variants of the process run in one each, and take turns (`legacy_cnn.bench.racing`). Variants of the
graph and its session take turns step by step in one process: two processes that do the same differ
by more than some rewrites bring.
"""

import functools
import json
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
import tensorflow.compat.v1 as tf

from legacy_cnn import mnist, optimised, provenance, tutorial, vocabulary
from legacy_cnn.bench import figures
from legacy_cnn.bench.contenders import BASELINE, Contender
from legacy_cnn.bench.contenders.base import BATCH, VALIDATION, Program
from legacy_cnn.bench.racing import race
from legacy_cnn.settings import BenchSettings, Settings, available_cores
from legacy_cnn.training import feeding, randomness

HERE = Path(__file__).parent.parent / "results"
SETTINGS = BenchSettings(parts=("training",))


# Rewrites of the graph --------------------------------------------------------------------------


def pools_first(product, x, keep_prob):
    """[a], with a product of `W_fc` of one's own."""
    with mock.patch.object(optimised, "product", product):
        return optimised.convolutional_neural_network(x, keep_prob)


def batched(x, W):
    """[b] by itself."""
    with tf.get_default_graph().gradient_override_map({"MatMul": "ablations.Batched"}):
        return tf.matmul(x, W)


@tf.RegisterGradient("ablations.Batched")
def _batched(op, upstream):
    return optimised._gradients_of_product(_Inputs(None, *op.inputs), upstream)[1:]


class _Inputs:
    """As much of an operation as a gradient asks for."""

    def __init__(self, *inputs):
        self.inputs = inputs


def longer(x, W, product=optimised.product):
    """[c] by itself."""
    with mock.patch.object(optimised, "GRADIENT", "ablations.Plain"):
        return product(x, W)


@tf.RegisterGradient("ablations.Plain")
def _plain(op, upstream, *unused):
    _, x, W = op.inputs
    return None, tf.matmul(upstream, W, transpose_b=True), tf.matmul(x, upstream, transpose_a=True)


def with_gradient(operation, gradient, x, keep_prob):
    with tf.get_default_graph().gradient_override_map({operation: gradient}):
        return tutorial.convolutional_neural_network(x, keep_prob)


@tf.RegisterGradient("ablations.Transposed")
def _transposed(op, upstream):
    """The gradient of a product by its input as the transpose of a product."""
    x, W = op.inputs
    by_x = tf.transpose(tf.matmul(W, upstream, transpose_b=True))
    return by_x, tf.matmul(x, upstream, transpose_a=True)


def _by_filter(x, W, upstream):
    return tf.nn.conv2d_backprop_filter(x, tf.shape(W), upstream, [1, 1, 1, 1], "SAME")


@tf.RegisterGradient("ablations.Flipped")
def _flipped(op, upstream):
    """The gradient of a convolution by its input as a convolution with the flipped filter."""
    x, W = op.inputs
    flipped = tf.transpose(tf.reverse(W, [0, 1]), [0, 1, 3, 2])
    return tutorial.conv2d(upstream, flipped), _by_filter(x, W, upstream)


def _by_input(x, W, upstream):
    return tf.nn.conv2d_backprop_input(tf.shape(x), W, upstream, [1, 1, 1, 1], "SAME")


def _filter_gradient(name):
    """Registers another way to the gradient of the second convolution by its filter."""

    def register(by_filter):
        @tf.RegisterGradient(name)
        def _gradient(op, upstream):
            x, W = op.inputs
            second = W.shape[2] > 1  # the first has one channel
            return _by_input(x, W, upstream), (by_filter if second else _by_filter)(x, W, upstream)

    return register


@_filter_gradient("ablations.Product")
def _product(x, W, upstream):
    """As one product with all patches."""
    rows, columns, channels, filters = W.shape.as_list()
    patches = tf.image.extract_patches(x, [1, rows, columns, 1], [1] * 4, [1] * 4, "SAME")
    flat = tf.reshape(patches, [-1, rows * columns * channels])
    product = tf.matmul(flat, tf.reshape(upstream, [-1, filters]), transpose_a=True)
    return tf.reshape(product, W.shape)


@_filter_gradient("ablations.Products")
def _products(x, W, upstream):
    """As a product for each element of the filter, without copies of patches."""
    rows, columns, channels, filters = W.shape.as_list()
    height, width = x.shape.as_list()[1:3]
    padded = tf.pad(x, [[0, 0], [rows // 2] * 2, [columns // 2] * 2, [0, 0]])
    flat = tf.reshape(upstream, [-1, filters])
    products = [
        tf.matmul(
            tf.reshape(padded[:, row : row + height, column : column + width], [-1, channels]),
            flat,
            transpose_a=True,
        )
        for row in range(rows)
        for column in range(columns)
    ]
    return tf.reshape(tf.stack(products), W.shape)


@_filter_gradient("ablations.Images")
def _images_as_channels(x, W, upstream):
    """As a forward convolution whose channels are the images, and whose filter is upstream."""
    rows, columns = W.shape.as_list()[:2]
    edges = [[0, 0], [rows // 2] * 2, [columns // 2] * 2, [0, 0]]
    by_channel = tf.transpose(x, [3, 1, 2, 0])
    filters = tf.transpose(upstream, [1, 2, 0, 3])
    return tf.transpose(tf.nn.conv2d(by_channel, filters, [1] * 4, edges), [1, 2, 0, 3])


NETWORKS = {
    "tutorial": tutorial.convolutional_neural_network,
    "pools first": functools.partial(pools_first, tf.matmul),
    "batched": functools.partial(pools_first, batched),
    "longer": functools.partial(pools_first, longer),
    "optimised": optimised.convolutional_neural_network,
    "transposed": functools.partial(with_gradient, "MatMul", "ablations.Transposed"),
    "flipped": functools.partial(with_gradient, "Conv2D", "ablations.Flipped"),
    "product": functools.partial(with_gradient, "Conv2D", "ablations.Product"),
    "products": functools.partial(with_gradient, "Conv2D", "ablations.Products"),
    "images": functools.partial(with_gradient, "Conv2D", "ablations.Images"),
}


# The session and the loop -----------------------------------------------------------------------


class Variant(Program):
    """A session in a loop, with one thing another way."""

    def __init__(self, network="tutorial", between=1, noise=True, ahead=False,
                 rewriting="", jit=False):  # fmt: skip
        self._ahead = ahead
        with tf.Graph().as_default() as graph:
            self._ends = tutorial.build_graph(network=NETWORKS[network])
        cores = available_cores()
        config = tf.ConfigProto(
            intra_op_parallelism_threads=cores,
            inter_op_parallelism_threads=between,
            use_per_session_threads=True,  # several sessions may be in a process
        )
        options = config.graph_options
        if rewriting:
            setattr(options.rewrite_options, rewriting, True if rewriting == ALL else 2)
        if jit:
            options.optimizer_options.global_jit_level = tf.OptimizerOptions.ON_2
        self._session = tf.Session(graph=graph, config=config)
        self._session.run(self._ends.init)
        self._names = [self._ends.x, self._ends.y, self._ends.keep_prob]
        if noise:
            self._names.append(graph.get_tensor_by_name(f"{vocabulary.DROPOUT_NOISE}:0"))

    def train(self, after_step):
        for fed in self.fed():
            self.step(fed)
            after_step()

    def step(self, fed):
        fetches = [self._ends.optimizer, self._ends.cost, self._ends.correct]
        self._session.run(fetches, dict(zip(self._names, fed, strict=True)))

    def fed(self):
        """What each step is fed with, in the order of the names."""
        images, labels = mnist.split(mnist.load(), VALIDATION, one_hot=True).train
        if len(self._names) == 3:  # the noise is drawn in the graph
            batches = randomness.SeededDataSet(images, labels, Settings.seed)
            while True:
                yield *batches.next_batch(BATCH), Settings.keep_prob
        steps = feeding.fed(images, labels, Settings())
        for batch, one_hot, noise in ahead(steps) if self._ahead else steps:
            yield batch, one_hot, Settings.keep_prob, noise


def ahead(steps):
    """Yields the same; each is prepared by a thread while its forerunner is used."""
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(next, steps)
        while True:
            step, following = following.result(), thread.submit(next, steps)
            yield step


#: Switches off the whole graph optimizer; other names are its passes (2 is RewriterConfig.OFF).
ALL = "disable_meta_optimizer"

ON = {"TF_ENABLE_ONEDNN_OPTS": "1", "PYTHONPATH": str(HERE)}
NOT_USED, USED = "not used", "used in --graph optimised"

#: Name -> title, decision, options of `Variant`, environment variables.
VARIANTS = {
    BASELINE: ("unchanged", "", {}, {}),
    "again": ("repeated: the error of the measurement", "", {}, {}),
    "onednn": ("oneDNN off", NOT_USED, {}, {"TF_ENABLE_ONEDNN_OPTS": "0"}),
    "ahead": ("next batch prepared in a thread during a step", NOT_USED, {"ahead": True}, {}),
    "two": ("two inter-op threads", NOT_USED, {"between": 2}, {}),
    "four": ("four inter-op threads", NOT_USED, {"between": 4}, {}),
    "noise": ("dropout noise drawn in the graph instead of fed", NOT_USED, {"noise": False}, {}),
    "xla": ("XLA, global_jit_level ON_2", NOT_USED, {"jit": True},
            {"TF_XLA_FLAGS": "--tf_xla_cpu_global_jit"}),
    "grappler": ("graph optimizer off", NOT_USED, {"rewriting": ALL}, {}),
    "remapping": ("fusion of operations off in the graph optimizer", NOT_USED,
                  {"rewriting": "remapping"}, {}),
    "malloc": ("malloc that keeps freed memory", NOT_USED, {},
               {"MALLOC_TRIM_THRESHOLD_": "4294967296", "MALLOC_MMAP_THRESHOLD_": "4294967296"}),
    "pages": ("malloc with huge pages", NOT_USED, {}, {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}),
    "pools first": ("[a] bias and relu after the pool", USED,
                    {"network": "pools first"}, {}),
    "batched": ("[a], and [b] the gradient of a matrix product as a batch of one", USED,
                {"network": "batched"}, {}),
    "longer": ("[a], and [c] a matrix product with longer rows", USED,
               {"network": "longer"}, {}),
    "optimised": ("[a], [b] and [c]", USED, {"network": "optimised"}, {}),
    "transposed": ("the gradient of [b] as the transpose of a product", NOT_USED,
                   {"network": "transposed"}, {}),
    "flipped": ("a convolution's gradient with respect to its input as a convolution", NOT_USED,
                {"network": "flipped"}, {}),
    "product": ("the second convolution's gradient with respect to its filter as one product",
                NOT_USED, {"network": "product"}, {}),
    "products": ("the same gradient as 25 products", NOT_USED, {"network": "products"}, {}),
    "images": ("the same gradient as a convolution whose channels are the images", NOT_USED,
               {"network": "images"}, {}),
}  # fmt: skip


#: Steps of each that take turns in one process, in rounds for the quartiles.
ROUNDS, STEPS = 15, 12


def raced(names):
    """Figures of each, in processes of their own; and who failed, and why."""
    contenders = {
        name: Contender(title, "ablations:Variant", options, {**ON, **environment}, evaluates=False)
        for name, (title, _, options, environment) in VARIANTS.items()
        if name in names
    }
    measured = race(contenders, SETTINGS, lambda text: print(text, file=sys.stderr))
    return figures.summaries(measured["training"], BASELINE, BATCH), measured["failed"]


def alternated(names):
    """Figures of each, step by step in this process."""
    programs = {name: Variant(**VARIANTS[name][2]) for name in names}
    shuffled, fed = random.Random(0), programs[BASELINE].fed()
    seconds: dict = {name: [] for name in names}
    for number in range((1 + ROUNDS) * STEPS):  # the first round is to warm up
        print(f"step {number}", file=sys.stderr)
        batch = next(fed)
        for name in shuffled.sample(names, len(names)):
            started = time.perf_counter()
            programs[name].step(batch)
            seconds[name].append(time.perf_counter() - started)
    measured = {
        name: {"seconds": [each[at : at + STEPS] for at in range(STEPS, len(each), STEPS)]}
        for name, each in seconds.items()
    }
    return figures.summaries(measured, BASELINE, BATCH)


def described(measured):
    return {
        name: {
            "title": VARIANTS[name][0],
            "kept": VARIANTS[name][1],
            **{key: value for key, value in each.items() if key != "seconds"},
        }
        for name, each in measured.items()
    }


def main():
    alone = [name for name, each in VARIANTS.items() if not {"network", "between"} & set(each[2])]
    in_processes, failed = raced(alone)
    together = [BASELINE, "again", *(name for name in VARIANTS if name not in alone)]
    recorded = {
        "versions": provenance.versions(),
        "machine": provenance.machine(),
        "variants": described(in_processes),
        "alternated": described(alternated(together)),
        "failed": failed,
    }
    (HERE / "ablations.json").write_text(json.dumps(recorded, indent=1) + "\n")


if __name__ == "__main__":
    main()
