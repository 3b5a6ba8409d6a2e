"""How many operations calls made in old releases, where it is not as many as today; see `op_seeds`.

Numbers are by `RELEASES`, and measured: `tests/golden/originals/operations.json` has what each
release made of a call.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """A call that made another number of operations than today; numbers are by `RELEASES`."""

    after: tuple[int, int, int, int]  #: how many more, in all
    inside: tuple[int, int, int, int] = (0, 0, 0, 0)  #: before its own random operation


_CONVOLUTION = Row((2, 2, 1, 1))
_FLATTEN = Row((0, 0, 6, 0))
_DROPOUT = Row((4, 4, 4, 8), inside=(1, 1, 1, 1))
_DROPOUT_BY_TENSOR = Row((1, 5, 5, 7), inside=(-3, 1, 1, -1))
_FULLY_CONNECTED = Row((2, 0, 0, 0), inside=(3, 0, 0, 0))
_CONTRIB_LOSS = Row((3, 3, 3, -7))
_STREAMED = Row((4, 4, 4, 0))
_LINES = Row((-70, -70, -70, -70))
#: Many equal elements were a constant up to 1.4, and are filled today.
_FILLED = Row((-2, -2, -2, 0))

_REDUCTIONS = ("reduce_max", "reduce_mean", "reduce_min", "reduce_prod", "reduce_sum")

#: Old name -> its row; `name(tensor)` where an argument that is usually a number is a tensor,
#: `name[3]` where the call makes three operations today.
ROWS = {
    "boolean_mask": Row((-13, -6, -6, 0)),
    "clip_by_norm": Row((-5, -5, -5, 0)),
    "contrib.layers.conv2d": Row(_CONVOLUTION.after, inside=(1, 0, 0, 0)),
    "contrib.layers.conv2d[29]": Row((0, 0, 0, 0)),  # dilated
    "contrib.layers.convolution2d": Row(_CONVOLUTION.after, inside=(1, 0, 0, 0)),
    "contrib.layers.dropout": _DROPOUT,
    "contrib.layers.dropout[1]": Row((0, 0, 0, 0)),  # without training
    "contrib.layers.dropout(rate)": _DROPOUT_BY_TENSOR,
    "contrib.layers.flatten": _FLATTEN,
    "contrib.layers.flatten(batch)": Row((0, 0, 6, 6)),
    "contrib.layers.fully_connected": _FULLY_CONNECTED,
    "contrib.layers.linear": _FULLY_CONNECTED,
    "contrib.layers.relu": _FULLY_CONNECTED,
    "contrib.layers.relu6": _FULLY_CONNECTED,
    "einsum(2)": Row((0, 6, 6, 0)),  # of matrices
    "eye": Row((1, 1, -4, -4)),
    "gather": Row((-1, -1, -1, 0)),
    "gather(axis)": Row((0, 0, 0, 0)),
    "get_variable": Row((0, 0, 0, 0), inside=(1, 0, 0, 0)),
    "get_variable(default)": Row((0, 0, 0, 0)),  # `first_values` counts in the initializer
    "image.random_brightness": Row((1, 1, 1, 0)),
    "image.random_contrast": Row((1, 1, 1, 0)),
    "image.random_flip_left_right": Row((-4, 1, 2, 2), inside=(-1, -1, 0, 0)),
    "image.random_flip_left_right(images)": Row((0, 0, 0, 24), inside=(0, 0, 0, 22)),
    "layers.conv1d": _CONVOLUTION,
    "layers.conv2d": _CONVOLUTION,
    "layers.conv2d(dilated)": Row((1, 1, 0, 0)),
    "layers.conv2d_transpose": Row((0, 10, 10, 14)),
    "layers.conv2d_transpose(same)": Row((0, 6, 6, 10)),
    "layers.conv3d_transpose": Row((0, 0, 8, 0)),
    "layers.dropout": _DROPOUT,
    "layers.dropout(rate)": _DROPOUT_BY_TENSOR,
    "layers.dropout[1]": Row((0, 0, 0, 0)),  # without training
    "layers.dropout(tensor)": Row((4, 4, 4, 8)),
    "layers.dropout(tensor)(batch)": Row((4, 4, 4, 8), inside=(1, 1, 1, 1)),
    "layers.flatten": _FLATTEN,
    "layers.flatten(batch)": Row((0, 0, 6, 6)),
    "lin_space": _LINES,
    "linspace": _LINES,
    "losses.absolute_difference": Row((0, 7, 7, -3)),
    "losses.mean_squared_error": Row((0, 8, 7, -3)),
    "losses.sigmoid_cross_entropy": Row((0, 7, 7, -3)),
    "losses.softmax_cross_entropy": Row((0, 6, 6, -3)),
    "losses.sparse_softmax_cross_entropy": Row((0, 7, 7, -3)),
    "metrics.accuracy": Row((0, 4, 4, 0)),
    "nn.dropout": Row((4, 4, 4, 8), inside=(1, 1, 1, 1)),
    "nn.dropout[0]": Row((1, 1, 1, 0)),  # a keep probability of 1
    "nn.dropout(tensor)": Row((1, 1, 1, 7), inside=(-3, -3, -3, -1)),
    "nn.embedding_lookup": Row((-2, -2, -2, 0)),
    "nn.in_top_k": Row((-1, -1, 0, 0)),
    "nn.leaky_relu": Row((0, 0, 2, 0)),
    "nn.moments": Row((3, 10, 0, 0)),
    "nn.nce_loss": Row((-7, -7, -4, 0)),
    "nn.softmax": Row((0, 0, 0, 0)),
    "nn.softmax(more)": Row((13, 13, 13, 0)),
    "nn.softmax_cross_entropy_with_logits": Row((-1, -1, -1, 0)),
    "random_gamma": Row((-4, -4, -2, -2), inside=(-2, -2, -2, -2)),
    "random_uniform": Row((0, 0, 0, 0)),
    "random_uniform[5]": Row((2, 2, 2, 2)),  # from 0 to another number than 1
    "random_uniform(unit)": Row((5, 5, 5, 5), inside=(2, 2, 2, 2)),
    "sequence_mask": Row((-1, 0, 0, 0)),
    "split": Row((0, 0, 1, 1)),
    # By the rank of the first tensor.
    "tensordot(2)[1]": Row((0, 69, 69, 10)),
    "tensordot(2)[21]": Row((0, 18, 18, 4)),
    "tensordot(3)[5]": Row((0, 6, 6, 6)),
    "tensordot(3)[21]": Row((0, 49, 49, 4)),
    "transpose": Row((6, 6, 6, 0)),
    "transpose(perm)": Row((0, 0, 0, 0)),
    "ones[3]": _FILLED,
    "zeros[3]": _FILLED,
    # Otherwise as many as today.
    **dict.fromkeys(
        (
            "count_nonzero",
            "nn.convolution",
            "nn.sparse_softmax_cross_entropy_with_logits",
            "one_hot",
            "ones",
            "sparse_placeholder",
            "zeros",
        ),
        Row((0, 0, 0, 0)),
    ),
    "zeros[4]": Row((0, 0, 0, 4)),  # some lengths are tensors
    "case[7]": Row((12, 12, 12, 0)),
    "case[14]": Row((15, 15, 15, 0)),  # of two
    "contrib.crf.crf_log_likelihood[220]": Row((40, 36, 45, 53)),
    "contrib.distributions.kl_divergence[14]": Row((0, 0, 1, 0)),
    "contrib.image.rotate": Row((0, 51, 51, 60)),
    "contrib.layers.embedding_lookup_unique": Row((-2, 0, -2, 1)),
    "contrib.layers.spatial_softmax": Row((0, 0, 0, 3)),
    "contrib.layers.unit_norm": Row((-4, 0, 0, 0)),
    "contrib.losses.absolute_difference": _CONTRIB_LOSS,
    "contrib.losses.cosine_distance": _CONTRIB_LOSS,
    "contrib.losses.log_loss": _CONTRIB_LOSS,
    "contrib.losses.sigmoid_cross_entropy": _CONTRIB_LOSS,
    "contrib.losses.sparse_softmax_cross_entropy": Row((4, 4, 3, -7)),
    "contrib.metrics.streaming_accuracy": _STREAMED,
    "contrib.metrics.streaming_mean": _STREAMED,
    "contrib.seq2seq.tile_batch": Row((0, 0, -10, -10)),
    "count_nonzero[3]": Row((2, 2, 2, 2)),  # of booleans
    "distributions.kl_divergence[14]": Row((0, 0, 1, 0)),
    "feature_column.input_layer[12]": Row((0, 0, 0, 0)),  # a number
    "feature_column.input_layer[35]": Row((0, 0, 19, 2)),  # an indicator column
    "feature_column.linear_model[21]": Row((0, 0, 0, 4)),
    "floordiv": Row((1, 0, 0, 0)),
    "foldl": Row((-7, -9, -9, 0)),
    "foldl(batch)": Row((-9, -11, -11, 0)),
    "foldr": Row((-7, -9, -9, 0)),
    "histogram_fixed_width": Row((29, 29, 29, 0)),
    "image.adjust_gamma": Row((2, 2, 2, 0)),
    "image.adjust_hue": Row((16, 16, 16, 0)),
    "image.adjust_saturation": Row((18, 18, 18, 0)),
    "image.central_crop[4]": Row((28, 28, 39, 0)),
    "image.crop_to_bounding_box[19]": Row((-15, -15, -12, -12)),
    "image.decode_image": Row((0, 36, 65, 75)),
    "image.flip_up_down": Row((-1, -1, 0, 0)),
    "image.grayscale_to_rgb": Row((-1, -1, -1, 0)),
    "image.non_max_suppression": Row((-2, -2, -1, 0)),
    "image.pad_to_bounding_box[8]": Row((-3, -3, 0, 0)),
    "image.rot90[63]": Row((13, 13, 14, 0)),
    "image.transpose_image": Row((-1, -1, 0, 0)),
    "keras.losses.categorical_crossentropy": Row((0, 0, -1, 0)),
    "assert_equal": Row((4, 4, 2, 0)),
    "assert_greater": Row((4, 4, 0, 0)),
    "clip_by_global_norm": Row((-2, -2, -2, 1)),
    "confusion_matrix[57]": Row((0, -33, 11, 3)),
    "confusion_matrix[101]": Row((0, -84, 6, 2)),  # with the number of classes
    "contrib.layers.conv2d_transpose": Row((6, 6, 6, 10), inside=(1, 0, 0, 0)),
    "contrib.layers.embed_sequence": Row((-2, -2, -2, 0)),
    "contrib.layers.layer_norm": Row((5, 12, 0, 0)),
    "contrib.layers.layer_norm(batch)": Row((10, 12, 0, 0)),
    "contrib.layers.losses.softmax_cross_entropy": Row((2, 2, 2, -7)),
    "contrib.layers.one_hot_encoding": Row((2, 2, 2, 2)),
    "contrib.layers.separable_conv2d": Row((-2, 0, 0, 0), inside=(1, 0, 0, 0)),
    "contrib.losses.mean_squared_error": Row((4, 4, 4, -7)),
    "contrib.losses.softmax_cross_entropy": Row((2, 2, 2, -7)),
    "contrib.seq2seq.sequence_loss": Row((0, 0, 0, -2)),
    "contrib.seq2seq.sequence_loss[28]": Row((0, 6, 6, -2)),
    "image.adjust_brightness": Row((1, 1, 1, 0)),
    "image.adjust_contrast": Row((1, 1, 1, 0)),
    "image.flip_left_right": Row((-1, 1, 0, 0)),
    "image.per_image_standardization[22]": Row((-5, -5, -4, 1)),
    "image.per_image_standardization[23]": Row((-5, -5, -4, 9)),  # of integers
    "image.random_flip_up_down(images)": Row((0, 0, 0, 24), inside=(0, 0, 0, 22)),
    "image.random_flip_up_down": Row((-4, 1, 2, 2), inside=(-1, -1, 0, 0)),
    "image.random_hue": Row((18, 18, 18, 0)),
    "image.random_saturation": Row((18, 18, 18, 0)),
    "image.resize_image_with_crop_or_pad": Row((-15, -15, -12, -12)),
    "image.resize_image_with_crop_or_pad[205]": Row((-78, -78, -71, -29)),
    "image.rgb_to_grayscale": Row((-2, -2, -2, 4)),
    "layers.conv3d": Row((0, 2, 1, 1)),
    "layers.dense": Row((0, 0, 0, 0)),
    "layers.dense(more)": Row((0, 3, 6, 6)),
    "layers.dense(more)(batch)": Row((0, -13, 18, 4)),
    "losses.compute_weighted_loss": Row((0, 7, 7, -3)),
    "losses.cosine_distance": Row((0, 7, 7, -3)),
    "losses.hinge_loss": Row((0, 7, 7, -3)),
    "losses.huber_loss": Row((0, 0, 8, -3)),
    "losses.log_loss": Row((0, 7, 7, -3)),
    "losses.mean_pairwise_squared_error": Row((0, 12, 12, 0)),
    "map_fn": Row((-6, -10, -10, 0)),
    "map_fn(batch)": Row((-6, -10, -10, 1)),
    "map_fn[69]": Row((-5, -11, -11, 0)),  # of two tensors
    "matrix_diag": Row((-4, -4, -4, -4)),
    "matrix_diag_part": Row((-2, -2, -2, -2)),
    "meshgrid": Row((0, 0, 0, 3)),
    "metrics.auc": Row((0, -42, 2, 0)),
    "metrics.mean": Row((0, 4, 4, 0)),
    "metrics.mean[23]": Row((0, 1, 1, -3)),  # of one number
    "metrics.mean_absolute_error": Row((0, 4, 4, 0)),
    "metrics.mean_iou": Row((0, -91, -3, 3)),
    "metrics.mean_per_class_accuracy": Row((0, 0, 102, 2)),
    "metrics.mean_squared_error": Row((0, 5, 5, 0)),
    "metrics.root_mean_squared_error": Row((0, 5, 5, 0)),
    "nn.atrous_conv2d": Row((-6, -6, 0, 0)),
    "nn.atrous_conv2d(batch)": Row((36, 36, 0, 0)),
    "nn.convolution[1]": Row((2, 2, 1, 0)),
    "nn.crelu": Row((2, 0, 0, 0)),
    "nn.depthwise_conv2d": Row((-2, 0, 0, 0)),
    "nn.embedding_lookup_sparse[5]": Row((3, 3, 3, 5)),
    "nn.embedding_lookup_sparse[24]": Row((-5, -5, -5, 0)),  # with weights
    "nn.moments[6]": Row((5, 12, 0, 0)),  # the axes are kept
    "nn.moments(batch)": Row((8, 15, 0, 0)),
    "nn.moments(batch)[6]": Row((10, 17, 0, 0)),
    "nn.sampled_softmax_loss": Row((-8, -8, -5, 0)),
    # Of more than two axes.
    "nn.sparse_softmax_cross_entropy_with_logits[18]": Row((-5, -5, 0, 0)),
    "nn.weighted_moments": Row((1, 1, 1, 1)),
    "nn.zero_fraction": Row((-21, -21, -21, 0)),
    "one_hot(values)": Row((2, 2, 2, 2)),
    "parse_example": Row((-1, -1, -1, -1)),
    # Of one, two and three features.
    "parse_single_example[6]": Row((1, 1, 1, -4)),
    "parse_single_example[7]": Row((3, 3, 3, -4)),
    "parse_single_example[8]": Row((5, 5, 5, -4)),
    "random_poisson": Row((0, 0, 0, 0), inside=(0, 0, 1, 0)),
    **dict.fromkeys(_REDUCTIONS, Row((0, 0, 0, 0))),
    # Their rank was not looked at.
    **dict.fromkeys([f"{each}(variable)" for each in _REDUCTIONS], Row((3, 3, 3, 3))),
    # Of one number, today's looks at the rank when it runs.
    **dict.fromkeys([f"{each}(number)" for each in _REDUCTIONS], Row((-3, -3, -3, -3))),
    "reduce_logsumexp": Row((-4, -4, -1, 0)),
    "reduce_logsumexp(variable)": Row((-1, -1, 2, 0)),
    "reverse": Row((0, -1, -1, -1)),
    "saturate_cast[4]": Row((1, 1, 1, 1)),
    # With the first element as the first state, and with another.
    "scan[65]": Row((-5, -10, -10, 0)),
    "scan[61]": Row((-6, -10, -10, 0)),
    "scan(batch)[65]": Row((-5, -10, -10, 1)),
    "scan(batch)[61]": Row((-6, -10, -10, 1)),
    "sparse_placeholder[4]": Row((0, 0, -1, -1)),  # with a shape
    "split[3]": Row((0, 0, 0, 0)),  # into unequal parts
    "split(tensor)": Row((0, 0, 0, 0)),
    "summary.tensor_summary": Row((-2, -2, 0, 0)),
    "trace": Row((-2, -2, -2, -2)),
    # Of one tensor, of two and of three.
    "train.batch": Row((-1, 10, 0, 0)),
    "train.batch(2)": Row((-1, 11, 0, 0)),
    "train.batch(3)": Row((-1, 12, 0, 0)),
    "train.batch_join[14]": Row((-1, 20, 0, 0)),
    "train.piecewise_constant": Row((12, 12, 12, 0)),
    "train.piecewise_constant[56]": Row((11, 11, 11, 0)),  # of three values
    "train.piecewise_constant[74]": Row((8, 8, 8, 0)),
    "train.polynomial_decay": Row((0, 0, 0, 1)),
    "train.shuffle_batch": Row((-1, 10, 0, 0), inside=(-1, 0, 0, 0)),
    "train.shuffle_batch(2)": Row((-1, 11, 0, 0), inside=(-1, 0, 0, 0)),
    "train.shuffle_batch(3)": Row((-1, 12, 0, 0), inside=(-1, 0, 0, 0)),
    "train.slice_input_producer[22]": Row((-1, -1, -1, 0)),
    "train.slice_input_producer[23]": Row((-2, -2, -2, 0)),  # of two tensors
    "train.slice_input_producer[24]": Row((-2, -2, -2, 0)),
    "train.slice_input_producer[30]": Row((-2, -2, -2, 0)),
}

#: `DropoutWrapper` of a cell, with a keep probability that is a number or a tensor.
DROPOUT = {
    False: Row((4, 4, 4, 8), inside=(1, 1, 1, 1)),
    True: Row((1, 1, 1, 7), inside=(-4, -4, -4, -1)),
}
#: Layer of Keras -> its row; `Layer(image)` for four axes.
KERAS = {
    "BatchNormalization": Row((0, 0, -19, 0)),
    "BatchNormalization(image)": Row((0, 0, -16, -2)),
    "Conv2D": Row((0, 0, -3, 1)),
    "Dense": Row((0, 0, -4, 0)),
    "Dropout": Row((0, 0, 3, 8), inside=(0, 0, 0, 1)),
    "Embedding": Row((0, 0, -2, 1)),
    "Flatten": Row((0, 0, 6, 6)),
    "Flatten(known)": _FLATTEN,
    "GRU": Row((0, 0, -14, 5)),
    "LSTM": Row((0, 0, 47, 13)),
    "SimpleRNN": Row((0, 0, -10, 5)),
}
