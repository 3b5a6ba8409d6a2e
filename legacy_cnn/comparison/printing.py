"""What `print` and `tf.print` print in each dialect, and when.

All compute their loss through one function, which prints its mean twice, and start from the same
weights; nothing is dropped, so all programs that print a value print the same value.
"""

import sys
from typing import Any

import tensorflow as tf

from legacy_cnn import programs, randomness
from legacy_cnn.feeding import Batch
from legacy_cnn.ports.eager import cross_entropy
from legacy_cnn.programs.program import Options, Program
from legacy_cnn.settings import CompareSettings
from legacy_cnn.streams import printed

STEPS = 2


def printing_loss(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """Returns the loss of each image, `(N,)`, and prints the mean in both ways."""
    losses = cross_entropy(logits, labels)
    mean = tf.reduce_mean(losses)
    print("print:", mean)
    tf.print("tf.print:", mean, output_stream=sys.stdout)
    return losses


def lines(name: str, settings: CompareSettings, batch: Batch) -> dict[str, list[str]]:
    """Builds a program and takes some steps.

    Args:
      name: one of `programs.IMPLEMENTATIONS`.
      settings: those of the comparison.
      batch: what every step is fed.

    Returns:
      Dict from "built", "step 1" and so on to the lines that were printed then.
    """
    built: list[Program] = []
    options = Options(keep_prob=1.0, threads=settings.threads, loss=printing_loss)
    texts = {"built": printed(lambda: built.append(programs.build(name, options)))}
    with built[0] as program:
        program.initialise(randomness.initial_weights(settings.seed))
        for number in range(STEPS):
            texts[f"step {number + 1}"] = printed(lambda: _step(program, batch))
    return {moment: text.splitlines() for moment, text in texts.items()}


def _step(program: Program, batch: Batch) -> Any:
    return program.step(batch.images, batch.labels, 1.0, batch.noise)
