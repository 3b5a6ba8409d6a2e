"""The tutorial's graph in a session and a training loop, with one thing changed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import tensorflow.compat.v1 as tf

from experiments.variants.networks import NETWORKS
from legacy_cnn import feeding, mnist, randomness, tutorial, vocabulary
from legacy_cnn.bench.contenders.loop import AfterStep, Loop
from legacy_cnn.settings import Settings
from legacy_cnn.threads import available_cores

#: Switches off the whole graph optimizer; its other switches are those of its passes.
ALL = "disable_meta_optimizer"

#: Switches off a pass: RewriterConfig.OFF.
OFF = 2

#: What a step is fed, in the order of the session's inputs.
Fed = tuple[Any, ...]


class Variant(Loop):
    """A training loop around a session."""

    def __init__(
        self,
        network: str = "tutorial",
        between: int = 1,
        noise: bool = True,
        ahead: bool = False,
        rewriting: str = "",
        jit: bool = False,
    ) -> None:
        """Builds the graph and draws its initial weights.

        Args:
          network: one of `NETWORKS`.
          between: number of inter-op threads.
          noise: whether the dropout noise is fed; otherwise the graph draws it.
          ahead: whether a thread prepares the next batch during a step.
          rewriting: switch of the graph optimizer that is off; "" leaves all on.
          jit: whether XLA compiles what it can.
        """
        self._ahead = ahead
        with tf.Graph().as_default() as graph:
            self._ends = tutorial.build_graph(network=NETWORKS[network])
        self._session = tf.Session(graph=graph, config=_configuration(between, rewriting, jit))
        self._session.run(self._ends.init)
        self._inputs = [self._ends.x, self._ends.y, self._ends.keep_prob]
        if noise:
            self._inputs.append(graph.get_tensor_by_name(f"{vocabulary.DROPOUT_NOISE}:0"))

    def train(self, after_step: AfterStep) -> None:
        for fed in self.fed():
            self.step(fed)
            after_step()

    def step(self, fed: Fed) -> None:
        """Takes a step."""
        fetches = [self._ends.optimizer, self._ends.cost, self._ends.correct]
        self._session.run(fetches, dict(zip(self._inputs, fed, strict=True)))

    def fed(self) -> Iterator[Fed]:
        """Yields what each step is fed."""
        settings = Settings()
        images, labels = feeding.training_set(mnist.load(), settings)
        if len(self._inputs) == 3:  # without noise
            data = randomness.SeededDraws.of(settings.seed).data_set(images, labels)
            while True:
                yield *data.next_batch(settings.batch_size), settings.keep_prob
        batches = feeding.batches(images, labels, settings)
        for batch in prepared_ahead(batches) if self._ahead else batches:
            yield batch.images, batch.labels, settings.keep_prob, batch.noise


def _configuration(between: int, rewriting: str, jit: bool) -> tf.ConfigProto:
    """The session's configuration."""
    configuration = tf.ConfigProto(
        intra_op_parallelism_threads=available_cores(),
        inter_op_parallelism_threads=between,
        use_per_session_threads=True,  # several sessions may be in a process
    )
    options = configuration.graph_options
    if rewriting:
        setattr(options.rewrite_options, rewriting, True if rewriting == ALL else OFF)
    if jit:
        options.optimizer_options.global_jit_level = tf.OptimizerOptions.ON_2
    return configuration


def prepared_ahead(batches: Iterator[feeding.Batch]) -> Iterator[feeding.Batch]:
    """Yields the same batches; a thread prepares each while the one before it is used."""
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(next, batches)
        while True:
            batch, following = following.result(), thread.submit(next, batches)
            yield batch
