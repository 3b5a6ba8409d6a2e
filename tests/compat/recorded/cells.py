"""Cells of `tf.contrib.rnn` over three steps, of which the second sequence has two."""

from __future__ import print_function

import sys

import tensorflow as tf
from ramps import inputs, ramp, run, show

rnn = tf.contrib.rnn
from tensorflow.contrib.rnn.python.ops import rnn_cell

CELLS = {
    "basic": lambda: rnn.BasicRNNCell(3),
    "gru": lambda: rnn.GRUCell(3),
    "blstm": lambda: rnn.BasicLSTMCell(3),
    "lstm": lambda: rnn.LSTMCell(3, use_peepholes=True, num_proj=2, cell_clip=0.5, proj_clip=0.3),
    "inproj": lambda: rnn.InputProjectionWrapper(rnn.GRUCell(3), 2),
    "outproj": lambda: rnn.OutputProjectionWrapper(rnn.GRUCell(3), 2, activation=tf.nn.relu),
    "attn": lambda: rnn.AttentionCellWrapper(rnn.BasicLSTMCell(3), 2),
    "attn2": lambda: rnn.AttentionCellWrapper(
        rnn.GRUCell(3), 2, attn_size=5, attn_vec_size=2, state_is_tuple=False
    ),
    "highway": lambda: rnn.HighwayWrapper(rnn.GRUCell(4)),
    "highway2": lambda: rnn.HighwayWrapper(rnn.GRUCell(4), False, 2.0),
    "lnorm": lambda: rnn.LayerNormBasicLSTMCell(3),
    "lnorm2": lambda: rnn.LayerNormBasicLSTMCell(3, layer_norm=False, forget_bias=0.5),
    "lnorm3": lambda: rnn.LayerNormBasicLSTMCell(3, norm_gain=0.5, norm_shift=0.2),
    "lnl": lambda: rnn_cell.LayerNormLSTMCell(3, use_peepholes=True, num_proj=2, layer_norm=True),
    "lnl2": lambda: rnn_cell.LayerNormLSTMCell(3, cell_clip=0.1),
    "coupled": lambda: rnn.CoupledInputForgetGateLSTMCell(
        3, use_peepholes=True, num_proj=2, proj_clip=0.1
    ),
    "coupled2": lambda: rnn.CoupledInputForgetGateLSTMCell(
        3, num_unit_shards=2, state_is_tuple=False
    ),
    "coupled3": lambda: rnn.CoupledInputForgetGateLSTMCell(3, layer_norm=True),
    "timefreq2": lambda: rnn.TimeFreqLSTMCell(
        3, use_peepholes=True, feature_size=4, frequency_skip=1, cell_clip=0.1
    ),
    "grid": lambda: rnn.GridLSTMCell(3, feature_size=2, frequency_skip=2, num_frequency_blocks=[2]),
    "grid2": lambda: rnn.GridLSTMCell(
        3,
        use_peepholes=True,
        feature_size=2,
        frequency_skip=1,
        num_frequency_blocks=[3],
        couple_input_forget_gates=True,
        cell_clip=0.2,
    ),
    "grid3": lambda: rnn.GridLSTMCell(
        3,
        use_peepholes=True,
        share_time_frequency_weights=True,
        feature_size=2,
        frequency_skip=1,
        num_frequency_blocks=[1, 2],
        start_freqindex_list=[0, 1],
        end_freqindex_list=[2, 4],
    ),
    "grid4": lambda: rnn.GridLSTMCell(
        3, feature_size=2, frequency_skip=2, num_frequency_blocks=[2], state_is_tuple=False
    ),
    "bigrid": lambda: rnn.BidirectionalGridLSTMCell(
        3,
        use_peepholes=True,
        feature_size=2,
        frequency_skip=2,
        num_frequency_blocks=[2],
        backward_slice_offset=1,
    ),
    "nas": lambda: rnn.NASCell(3),
    "nas2": lambda: rnn.NASCell(3, num_proj=2, use_bias=True),
    "ug": lambda: rnn.UGRNNCell(3),
    "inter": lambda: rnn.IntersectionRNNCell(4),
    "inter2": lambda: rnn.IntersectionRNNCell(3, num_in_proj=3),
    "glstm": lambda: rnn.GLSTMCell(4, number_of_groups=2, num_proj=2),
    "glstm2": lambda: rnn.GLSTMCell(4),
    "sru": lambda: rnn.SRUCell(3),
    "ind": lambda: rnn.IndRNNCell(3),
    "indygru": lambda: rnn.IndyGRUCell(3, kernel_initializer=ramp),
    "indylstm": lambda: rnn.IndyLSTMCell(3),
    "wn": lambda: rnn_cell.WeightNormLSTMCell(3, use_peepholes=True, num_proj=2),
    "wn2": lambda: rnn_cell.WeightNormLSTMCell(3, norm=False, cell_clip=0.1),
    "lb": lambda: rnn.LSTMBlockCell(3),
    "lb2": lambda: rnn.LSTMBlockCell(3, use_peephole=True, cell_clip=0.2),
    "gb": lambda: rnn.GRUBlockCell(3),
    "gb2": lambda: rnn.GRUBlockCellV2(3),
    "multi": lambda: rnn.MultiRNNCell([rnn.GRUCell(3), rnn.BasicLSTMCell(2)]),
    "drop": lambda: rnn.DropoutWrapper(rnn.GRUCell(3), output_keep_prob=1.0),
    "res": lambda: rnn.ResidualWrapper(rnn.GRUCell(4)),
    "dev": lambda: rnn.DeviceWrapper(rnn.GRUCell(3), "/cpu:0"),
    "compiled": lambda: rnn.CompiledWrapper(rnn.GRUCell(3)),
}


def stepped(name):
    is_trained = name.startswith(("lb", "gb"))
    with tf.variable_scope("rnn", initializer=ramp):
        cell = CELLS[name]()
        steps, scope = tf.unstack(inputs(2, 3, 4), axis=1), tf.get_variable_scope()
        made = tf.nn.static_rnn(cell, steps, dtype=tf.float32, sequence_length=[3, 2], scope=scope)
    show(made, is_trained)


def over(cell, steps, **options):
    with tf.variable_scope("m", initializer=ramp):
        show(tf.nn.dynamic_rnn(cell, steps, dtype=tf.float32, **options))


def embedding():
    over(rnn.EmbeddingWrapper(rnn.GRUCell(3), 5, 4), tf.constant([[[1], [2], [0]]]))


def embedding_by_itself():
    wrapper = rnn.EmbeddingWrapper(rnn.GRUCell(3), 50, 40)
    wrapper(tf.constant([0]), tf.zeros([1, 3]))
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        values = session.run(tf.global_variables()[0])
        print("%.1f %.1f %.1f" % (values.min(), values.max(), values.std()))


def phased():
    cell = rnn.PhasedLSTMCell(3, use_peepholes=True)
    over(cell, (tf.constant([[[1.0], [2.0], [30.0]]]), inputs(1, 3, 4)))


def convolutional(dimensions):
    shape = [3] * dimensions + [2]
    if dimensions == 2:
        cell = rnn.Conv2DLSTMCell(input_shape=shape, output_channels=2, kernel_shape=[2, 2])
    else:
        cell = rnn.ConvLSTMCell(dimensions, shape, 2, [2] * dimensions)
    over(cell, inputs(1, 2, *shape))


def stacked(is_dynamic):
    forward, backward = [rnn.GRUCell(3), rnn.GRUCell(2)], [rnn.GRUCell(3), rnn.BasicLSTMCell(2)]
    with tf.variable_scope("m", initializer=ramp):
        if is_dynamic:
            made = rnn.stack_bidirectional_dynamic_rnn(
                forward, backward, inputs(2, 3, 4), dtype=tf.float32, sequence_length=[3, 1]
            )
        else:
            steps = tf.unstack(inputs(2, 3, 4), axis=1)
            made = rnn.stack_bidirectional_rnn(forward, backward, steps, dtype=tf.float32)
    show(made)


def fused(make, lengths=None):
    with tf.variable_scope("m", initializer=ramp):
        show(make()(inputs(3, 2, 4), dtype=tf.float32, sequence_length=lengths), True)


CASES = {name: lambda name=name: stepped(name) for name in CELLS}
CASES.update(
    embedding=embedding,
    embedding_by_itself=embedding_by_itself,
    phased=phased,
    conv1=lambda: convolutional(1),
    conv2=lambda: convolutional(2),
    conv3=lambda: convolutional(3),
    stack_bidirectional_dynamic_rnn=lambda: stacked(True),
    stack_bidirectional_rnn=lambda: stacked(False),
    fused=lambda: fused(lambda: rnn.LSTMBlockFusedCell(3, use_peephole=True), [3, 2]),
    fused_reversed=lambda: fused(lambda: rnn.TimeReversedFusedRNN(rnn.LSTMBlockFusedCell(3))),
    fused_adaptor=lambda: fused(
        lambda: rnn.TimeReversedFusedRNN(
            rnn.FusedRNNCellAdaptor(rnn.GRUCell(3), use_dynamic_rnn=True)
        ),
        [3, 2],
    ),
)
if __name__ == "__main__":
    run(CASES, sys.argv[1:])
