"""Op seeds of cells and after them, as 0.12.1, 1.0.1, 1.4.0 and 1.15.5 printed them."""

import pytest

from legacy_cnn import compat
from legacy_cnn.compat import options
from legacy_cnn.compat.hook import faces
from legacy_cnn.compat.op_seeds import RELEASES

pytestmark = pytest.mark.tensorflow


def seeds(tf):
    """The op seeds of a graph's random operations, and of one that is made now."""
    tf.random_normal([1])
    kinds = ("RandomUniform", "RandomStandardNormal")
    made = [each for each in tf.get_default_graph().get_operations() if each.type in kinds]
    return [each.get_attr("seed2") for each in made]


def static(tf, cell, batch=2, steps=2, with_lengths=False):
    run = tf.nn.static_rnn if options.release() != "0.12.1" else tf.nn.rnn
    inputs = [tf.placeholder(tf.float32, [batch, 4]) for _ in range(steps)]
    lengths = tf.placeholder(tf.int32, [batch]) if with_lengths else None
    run(cell, inputs, dtype=tf.float32, sequence_length=lengths)


PROGRAMS = {
    "static GRU": lambda tf: static(tf, tf.nn.rnn_cell.GRUCell(5)),
    "dynamic GRU": lambda tf: tf.nn.dynamic_rnn(
        tf.nn.rnn_cell.GRUCell(5), tf.placeholder(tf.float32, [2, 3, 4]), dtype=tf.float32
    ),
    "LSTM with lengths": lambda tf: static(tf, tf.nn.rnn_cell.BasicLSTMCell(5), None, 3, True),
    "RNN with lengths": lambda tf: static(tf, tf.nn.rnn_cell.BasicRNNCell(5), 2, 6, True),
}
SEEDS = {
    "static GRU": ([9, 32, 74], [8, 31, 74], [13, 36, 79], [13, 27, 79]),
    "dynamic GRU": ([66, 91, 134], [62, 87, 130], [61, 86, 137], [74, 88, 152]),
    "LSTM with lengths": ([38, 231], [37, 231], [53, 250], [55, 238]),
    "RNN with lengths": ([29, 280], [28, 280], [38, 290], [40, 278]),
}


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_op_seeds_of_then(program, release):
    with compat.installed(release=release):
        tf = faces("program").imported("tensorflow")
        tf.reset_default_graph()
        tf.set_random_seed(7)
        PROGRAMS[program](tf)
        assert seeds(tf) == SEEDS[program][RELEASES.index(release)]
