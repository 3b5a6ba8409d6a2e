"""How many operations gradients had in old releases, where it is not as many as today.

Numbers are by `RELEASES`, and measured; see `gradients`, and the calls of `tf.gradients` in
`tests/golden/originals/operations.json`.
"""

from legacy_cnn.settings.running import RELEASES

#: Type of an operation, and how many operations its gradient has today -> how many more it had;
#: None if that is not known. `(whole)` and `(part)` say whether a sum is of everything.
ROWS: dict[str, tuple[int | None, int | None, int | None, int | None]] = {
    "AddV2[0]": (7, 7, 7, 0),
    "AddV2[5](loop)": (8, 8, 8, 14),
    "AddV2[5]": (2, 2, 2, 2),
    "BatchMatMulV2[2]": (0, 0, 0, 15),
    "BatchMatMulV2[17]": (-15, -15, -15, 0),
    "Cholesky[40]": (-39, -39, -7, -7),
    "ConcatV2[7]": (-2, 0, 0, 0),
    "ConcatV2[8]": (-2, 0, 0, 0),
    "ConcatV2[9]": (-2, 0, 0, 0),
    "ConcatV2[11]": (-2, 0, 0, 0),
    "Conv2D[3]": (1, 1, 0, 0),
    "DivNoNan[7]": (None, None, None, 5),
    "Fill[0]": (2, 2, 2, 0),
    "FusedBatchNormV3[1]": (None, None, -1, 0),  # made of more operations at first
    "GatherV2[12]": (None, 0, 1, 1),  # Adam made less of it
    "GatherV2[62]": (None, None, None, None),  # not along the first axis
    "LeakyRelu[1]": (None, None, None, 0),
    "Max[8]": (11, 11, 11, 11),
    "Max[12]": (7, 7, 7, 7),
    "Maximum[6]": (8, 8, 7, 7),
    "Maximum[9]": (5, 5, 4, 4),
    "Maximum[11]": (3, 3, 2, 2),
    "Mean[6](part)": (21, 21, 21, 0),  # of a shape that was looked at before
    "Mean[6]": (9, 9, 9, 0),
    "Mean[7]": (8, 8, 8, -1),
    "Mean[11]": (16, 16, 16, 12),
    "Mean[12]": (15, 15, 15, 15),
    "Mean[14]": (1, 1, 1, 1),
    "Mean[15]": (12, 12, 12, 12),
    "Mean[23]": (4, 4, 4, 4),
    "Mean[26]": (1, 1, 1, 1),
    "Min[8]": (11, 11, 11, 11),
    "Min[12]": (7, 7, 7, 7),
    "Minimum[6]": (8, 8, 7, 7),
    "Minimum[9]": (5, 5, 4, 4),
    "Minimum[11]": (3, 3, 2, 2),
    "Mul[2]": (7, 7, 7, 0),
    "Mul[8]": (7, 7, 7, 0),  # in a loop, as the next
    "Mul[14]": (7, 7, 7, 0),
    "Mul[7]": (2, 2, 2, 2),
    "Pow[18]": (1, 1, 1, 1),
    "Pow[21]": (-2, -2, -2, 2),
    "Pow[23]": (-4, -4, -4, 0),
    "Prod[35]": (10, 10, 12, 14),
    "Prod[37]": (8, 8, 10, 12),
    "Prod[46]": (-1, -1, 1, 3),
    "RealDiv[7]": (5, 5, 5, 5),
    "RealDiv[10]": (2, 2, 2, 2),
    "SegmentSum[2]": (-1, -1, -1, 0),
    "Select[9]": (None, None, None, 0),  # in a loop over sequences with lengths
    # Dropout: the mask was multiplied by.
    "SelectV2[10]": (2, 2, 2, -8),
    "SelectV2[13]": (-1, -1, -1, -4),
    "Sign[1]": (2, 2, 2, 2),
    "Softmax[5]": (2, 2, 2, 0),
    "SoftmaxCrossEntropyWithLogits[8]": (-5, -4, -5, 0),
    "Softplus[2]": (-1, -1, -1, 0),
    "SparseSoftmaxCrossEntropyWithLogits[3]": (0, 1, 1, 1),
    "SparseTensorDenseMatMul[19]": (-5, -5, -5, -3),
    "SquaredDifference[5]": (7, 7, 7, 0),
    "SquaredDifference[10]": (2, 2, 2, 2),
    "StridedSlice[5]": (-3, -3, -3, -3),
    "StridedSlice[6]": (-4, -4, -4, -4),
    "Sub[1]": (7, 7, 7, 0),
    "Sub[6](loop)": (8, 8, 8, 14),
    "Sub[6]": (2, 2, 2, 2),
    "Sum[2]": (14, 14, 14, 14),
    "Sum[4](part)": (12, 12, 12, 0),  # of a shape that was looked at before
    "Sum[5]": (-1, -1, -1, -1),
    "Sum[9]": (7, 7, 7, 12),
    "Sum[13]": (3, 3, 3, 3),
    "TensorArrayScatterV3[5]": (-2, -2, -2, -2),
    "TensorArrayWriteV3[5]": (-2, -2, -2, -2),
    "TensorArrayWriteV3[19]": (-8, -8, -8, -8),
    "Tile[12]": (6, 6, 6, 0),
    "TopKV2[43]": (-7, -7, -7, 0),
    "UnsortedSegmentSum[22]": (-21, -21, -21, -8),
}
_TYPES = """
Abs Acos AddN AddV2 Asin Atan AvgPool BatchMatMulV2 BiasAdd Cast CheckNumerics Cholesky
ConcatV2 Conv2D Conv2DBackpropInput Cos Cumsum DepthToSpace DepthwiseConv2dNative Digamma
DivNoNan DynamicPartition Elu Enter Erf Exit Exp ExpandDims Expm1 Fill FusedBatchNormV3
GatherNd GatherV2 Identity L2Loss LRN LeakyRelu Lgamma Log Log1p LogSoftmax LoopCond MatMul
MatrixBandPart MatrixInverse Max MaxPool Maximum Mean Merge Min Minimum Mul Neg NextIteration
Pack Pad Pow Print Prod ReadVariableOp RealDiv Reciprocal Relu Relu6 Reshape ResizeBilinear
ResizeNearestNeighbor Reverse ReverseSequence ReverseV2 Rsqrt SegmentSum Select SelectV2 Selu
Sigmoid Sign Sin Slice Softmax SoftmaxCrossEntropyWithLogits Softplus Softsign SpaceToDepth
SparseSoftmaxCrossEntropyWithLogits SparseTensorDenseMatMul Split Sqrt Square
SquaredDifference Squeeze StridedSlice Sub Sum Switch Tan Tanh TanhGrad TensorArrayGatherV3
TensorArrayReadV3 TensorArrayScatterV3 TensorArraySizeV3 TensorArrayV3 TensorArrayWriteV3 Tile
TopKV2 Transpose Unpack UnsortedSegmentSum
"""
#: The types of operations whose gradients were measured; without a row, they are as today.
COUNTED = frozenset(_TYPES.split())
#: Types that hand no gradient on.
UNDIFFERENTIATED = frozenset({"Floor", "OnesLike", "Round", "StopGradient", "ZerosLike"})
#: Scope of a call that made other operations than today -> in which releases.
NOT_COUNTED = {
    "ReduceLogSumExp": RELEASES,
    "basic_lstm_cell": ("1.0.1",),
    "gru_cell": ("0.12.1", "1.0.1"),
    "moments": ("0.12.1", "1.0.1"),
    "nce_loss": ("0.12.1",),
    "norm": ("1.0.1",),
    "sampled_softmax_loss": ("0.12.1", "1.0.1", "1.4.0"),
}
#: The releases in which every loop of the graph had a gradient, needed or not.
ALL_LOOPS = ("0.12.1", "1.0.1")
#: In 1.15, two known shapes were broadcast in three operations, once for all of these types.
BROADCAST = frozenset({"AddV2", "Mul", "Pow", "SquaredDifference", "Sub"})
ONCE = 3
