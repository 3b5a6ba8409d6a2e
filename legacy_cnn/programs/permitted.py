"""Graphs from outside: the operations that they may have, checked before they are loaded.

Why a list of what is allowed: TensorFlow has some 1,460 operations, and gets more with each
release. Among them are those that read and write files, open connections, call Python, keep
state beside variables, or end the process. An operation that is not listed here is refused, so
one that nobody has thought of is, too. Listed are those that compute values from values, and
those that read and assign variables, on the CPU. Left out on purpose although they sound harmless:
`ImmutableConst` (maps a file), `FixedUnigramCandidateSampler` (reads its vocabulary from a file),
`PrintV2` (writes to any file), `Abort`, and decoders of images.
"""

import contextlib
import contextvars
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ForeignGraphError

#: Bytes that all constants may take. A GraphDef may declare a large one in a few bytes.
LARGEST_CONSTANTS = 2**28
#: Bytes that one tensor may take, as far as its shape is known. It may come from a few bytes, too.
LARGEST_TENSOR = 2**30
#: Operations, and their outputs, that a graph may have; those of a function in each of its calls.
MOST_OPERATIONS = 10**6
#: Seconds that its runs may take: a loop may have no end, and a product of matrices takes minutes.
LONGEST_RUN = 30
#: Bytes that one run may take: of some tensors, the size is only known when it runs.
MOST_MEMORY = 1_300_000_000
#: Attributes that say how many outputs an operation has: `Split`, `Unpack`, `DynamicPartition`.
_COUNTS = ("num_split", "num", "num_partitions")
#: Where a loop begins.
LOOPS = frozenset({"Enter", "While", "StatelessWhile", "For"})

_ALLOWED = """
# Where a graph begins, and what passes a value on
Assert CheckNumerics CheckNumericsV2 Const ControlTrigger EnsureShape FakeParam GuaranteeConst
Identity IdentityN NoOp Placeholder PlaceholderV2 PlaceholderWithDefault PreventGradient Snapshot
StopGradient
# Variables
Assign AssignAdd AssignAddVariableOp AssignSub AssignSubVariableOp AssignVariableOp CountUpTo
DestroyTemporaryVariable InplaceAdd InplaceSub InplaceUpdate IsVariableInitialized ReadVariableOp
ResourceCountUpTo ResourceGather ResourceGatherNd ResourceScatterAdd ResourceScatterDiv
ResourceScatterMax ResourceScatterMin ResourceScatterMul ResourceScatterNdAdd ResourceScatterNdMax
ResourceScatterNdMin ResourceScatterNdSub ResourceScatterNdUpdate ResourceScatterSub
ResourceScatterUpdate ResourceStridedSliceAssign ScatterAdd ScatterDiv ScatterMax ScatterMin
ScatterMul ScatterNd ScatterNdAdd ScatterNdMax ScatterNdMin ScatterNdNonAliasingAdd ScatterNdSub
ScatterNdUpdate ScatterSub ScatterUpdate StridedSliceAssign TemporaryVariable VarHandleOp
VarIsInitializedOp Variable VariableShape VariableV2
# Optimizers
ApplyAdaMax ApplyAdadelta ApplyAdagrad ApplyAdagradDA ApplyAdagradV2 ApplyAdam ApplyAddSign
ApplyCenteredRMSProp ApplyFtrl ApplyFtrlV2 ApplyGradientDescent ApplyMomentum ApplyPowerSign
ApplyProximalAdagrad ApplyProximalGradientDescent ApplyRMSProp ResourceApplyAdaMax
ResourceApplyAdadelta ResourceApplyAdagrad ResourceApplyAdagradDA ResourceApplyAdagradV2
ResourceApplyAdam ResourceApplyAdamWithAmsgrad ResourceApplyAddSign ResourceApplyCenteredRMSProp
ResourceApplyFtrl ResourceApplyFtrlV2 ResourceApplyGradientDescent ResourceApplyKerasMomentum
ResourceApplyMomentum ResourceApplyPowerSign ResourceApplyProximalAdagrad
ResourceApplyProximalGradientDescent ResourceApplyRMSProp ResourceSparseApplyAdadelta
ResourceSparseApplyAdagrad ResourceSparseApplyAdagradDA ResourceSparseApplyAdagradV2
ResourceSparseApplyCenteredRMSProp ResourceSparseApplyFtrl ResourceSparseApplyFtrlV2
ResourceSparseApplyKerasMomentum ResourceSparseApplyMomentum ResourceSparseApplyProximalAdagrad
ResourceSparseApplyProximalGradientDescent ResourceSparseApplyRMSProp SparseApplyAdadelta
SparseApplyAdagrad SparseApplyAdagradDA SparseApplyAdagradV2 SparseApplyCenteredRMSProp
SparseApplyFtrl SparseApplyFtrlV2 SparseApplyMomentum SparseApplyProximalAdagrad
SparseApplyProximalGradientDescent SparseApplyRMSProp
# Loops, branches and calls of functions of the graph
Case Enter Exit For If LoopCond Merge NextIteration OptionalFromValue OptionalGetValue
OptionalHasValue OptionalNone PartitionedCall RefEnter RefExit RefIdentity RefMerge RefNextIteration
RefSelect RefSwitch Select StatefulPartitionedCall StatelessCase StatelessIf StatelessWhile Switch
SymbolicGradient ToBool While
# Lists and stacks inside loops
EmptyTensorList Stack StackClose StackCloseV2 StackPop StackPopV2 StackPush StackPushV2 StackV2
TensorArray TensorArrayClose TensorArrayCloseV2 TensorArrayCloseV3 TensorArrayConcat
TensorArrayConcatV2 TensorArrayConcatV3 TensorArrayGather TensorArrayGatherV2 TensorArrayGatherV3
TensorArrayGrad TensorArrayGradV2 TensorArrayGradV3 TensorArrayGradWithShape TensorArrayPack
TensorArrayRead TensorArrayReadV2 TensorArrayReadV3 TensorArrayScatter TensorArrayScatterV2
TensorArrayScatterV3 TensorArraySize TensorArraySizeV2 TensorArraySizeV3 TensorArraySplit
TensorArraySplitV2 TensorArraySplitV3 TensorArrayUnpack TensorArrayV2 TensorArrayV3 TensorArrayWrite
TensorArrayWriteV2 TensorArrayWriteV3 TensorListConcat TensorListConcatLists TensorListConcatV2
TensorListElementShape TensorListFromTensor TensorListGather TensorListGetItem TensorListLength
TensorListPopBack TensorListPushBack TensorListPushBackBatch TensorListReserve TensorListResize
TensorListScatter TensorListScatterIntoExistingList TensorListScatterV2 TensorListSetItem
TensorListSplit TensorListStack
# Random numbers
AllCandidateSampler ComputeAccidentalHits LearnedUnigramCandidateSampler LogUniformCandidateSampler
Multinomial ParameterizedTruncatedNormal RandomCrop RandomGamma RandomGammaGrad RandomPoisson
RandomPoissonV2 RandomShuffle RandomStandardNormal RandomUniform RandomUniformInt
SampleDistortedBoundingBox SampleDistortedBoundingBoxV2 StatefulRandomBinomial
StatefulStandardNormal StatefulStandardNormalV2 StatefulTruncatedNormal StatefulUniform
StatefulUniformFullInt StatefulUniformInt StatelessMultinomial StatelessParameterizedTruncatedNormal
StatelessRandomBinomial StatelessRandomGammaV2 StatelessRandomGammaV3 StatelessRandomGetAlg
StatelessRandomGetKeyCounter StatelessRandomGetKeyCounterAlg StatelessRandomNormal
StatelessRandomNormalV2 StatelessRandomPoisson StatelessRandomUniform StatelessRandomUniformFullInt
StatelessRandomUniformFullIntV2 StatelessRandomUniformInt StatelessRandomUniformIntV2
StatelessRandomUniformV2 StatelessSampleDistortedBoundingBox StatelessShuffle
StatelessTruncatedNormal StatelessTruncatedNormalV2 ThreadUnsafeUnigramCandidateSampler
TruncatedNormal UniformCandidateSampler
# Neural networks
AvgPool AvgPool3D AvgPool3DGrad AvgPoolGrad BatchNormWithGlobalNormalization
BatchNormWithGlobalNormalizationGrad BiasAdd BiasAddGrad BiasAddV1 BlockLSTM BlockLSTMGrad
BlockLSTMGradV2 BlockLSTMV2 CTCBeamSearchDecoder CTCGreedyDecoder CTCLoss CTCLossV2 Conv Conv2D
Conv2DBackpropFilter Conv2DBackpropFilterV2 Conv2DBackpropInput Conv2DBackpropInputV2 Conv3D
Conv3DBackpropFilter Conv3DBackpropFilterV2 Conv3DBackpropInput Conv3DBackpropInputV2
DataFormatDimMap DataFormatVecPermute DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter
DepthwiseConv2dNativeBackpropInput Dilation2D Dilation2DBackpropFilter Dilation2DBackpropInput
EditDistance Elu EluGrad FakeQuantWithMinMaxArgs FakeQuantWithMinMaxArgsGradient
FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsGradient FakeQuantWithMinMaxVarsPerChannel
FakeQuantWithMinMaxVarsPerChannelGradient FractionalAvgPool FractionalAvgPoolGrad FractionalMaxPool
FractionalMaxPoolGrad FusedBatchNorm FusedBatchNormGrad FusedBatchNormGradV2 FusedBatchNormGradV3
FusedBatchNormV2 FusedBatchNormV3 FusedPadConv2D FusedResizeAndPadConv2D GRUBlockCell
GRUBlockCellGrad InTopK InTopKV2 L2Loss LRN LRNGrad LSTMBlockCell LSTMBlockCellGrad LeakyRelu
LeakyReluGrad LogSoftmax MaxPool MaxPool3D MaxPool3DGrad MaxPool3DGradGrad MaxPoolGrad
MaxPoolGradGrad MaxPoolGradGradV2 MaxPoolGradGradWithArgmax MaxPoolGradV2 MaxPoolGradWithArgmax
MaxPoolV2 MaxPoolWithArgmax NthElement QuantizeAndDequantize QuantizeAndDequantizeV2
QuantizeAndDequantizeV3 QuantizeAndDequantizeV4 QuantizeAndDequantizeV4Grad Relu Relu6 Relu6Grad
ReluGrad Selu SeluGrad Sigmoid SigmoidGrad Softmax SoftmaxCrossEntropyWithLogits Softplus
SoftplusGrad Softsign SoftsignGrad SparseSoftmax SparseSoftmaxCrossEntropyWithLogits TopK TopKV2
# Linear algebra and transforms
BandedTriangularSolve BatchCholesky BatchCholeskyGrad BatchFFT BatchFFT2D BatchFFT3D BatchIFFT
BatchIFFT2D BatchIFFT3D BatchMatMul BatchMatMulV2 BatchMatMulV3 BatchMatrixBandPart
BatchMatrixDeterminant BatchMatrixDiag BatchMatrixDiagPart BatchMatrixInverse BatchMatrixSetDiag
BatchMatrixSolve BatchMatrixSolveLs BatchMatrixTriangularSolve BatchSelfAdjointEig
BatchSelfAdjointEigV2 BatchSvd Cholesky CholeskyGrad Cross Eig Einsum FFT FFT2D FFT3D FFTND IFFT
IFFT2D IFFT3D IFFTND IRFFT IRFFT2D IRFFT3D IRFFTND LogMatrixDeterminant Lu MatMul MatrixBandPart
MatrixDeterminant MatrixDiag MatrixDiagPart MatrixDiagPartV2 MatrixDiagPartV3 MatrixDiagV2
MatrixDiagV3 MatrixExponential MatrixInverse MatrixLogarithm MatrixSetDiag MatrixSetDiagV2
MatrixSetDiagV3 MatrixSolve MatrixSolveLs MatrixSquareRoot MatrixTriangularSolve Qr RFFT RFFT2D
RFFT3D RFFTND SelfAdjointEig SelfAdjointEigV2 SparseMatMul SparseTensorDenseMatMul Svd
TridiagonalMatMul TridiagonalSolve
# Images
AdjustContrast AdjustContrastv2 AdjustHue AdjustSaturation CombinedNonMaxSuppression CropAndResize
CropAndResizeGradBoxes CropAndResizeGradImage ExtractGlimpse ExtractGlimpseV2 ExtractImagePatches
ExtractVolumePatches HSVToRGB ImageProjectiveTransformV2 ImageProjectiveTransformV3
NonMaxSuppression NonMaxSuppressionV2 NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5
NonMaxSuppressionWithOverlaps RGBToHSV ResizeArea ResizeBicubic ResizeBicubicGrad ResizeBilinear
ResizeBilinearGrad ResizeNearestNeighbor ResizeNearestNeighborGrad ScaleAndTranslate
ScaleAndTranslateGrad
# Sparse and ragged tensors, sets
DenseToDenseSetOperation DenseToSparseSetOperation DeserializeManySparse RaggedFillEmptyRows
RaggedFillEmptyRowsGrad RaggedGather RaggedRange RaggedTensorToSparse RaggedTensorToTensor
SerializeManySparse SerializeSparse SetSize SparseAdd SparseAddGrad SparseBincount SparseConcat
SparseCross SparseDenseCwiseAdd SparseDenseCwiseDiv SparseDenseCwiseMul SparseFillEmptyRows
SparseFillEmptyRowsGrad SparseReduceMax SparseReduceMaxSparse SparseReduceSum SparseReduceSumSparse
SparseReorder SparseReshape SparseSegmentMean SparseSegmentMeanGrad SparseSegmentMeanGradV2
SparseSegmentMeanWithNumSegments SparseSegmentSqrtN SparseSegmentSqrtNGrad SparseSegmentSqrtNGradV2
SparseSegmentSqrtNWithNumSegments SparseSegmentSum SparseSegmentSumGrad SparseSegmentSumGradV2
SparseSegmentSumWithNumSegments SparseSlice SparseSliceGrad SparseSparseMaximum SparseSparseMinimum
SparseSplit SparseTensorDenseAdd SparseToDense SparseToSparseSetOperation
# Texts that a reader or a queue delivered; none of these takes a path
AsString DecodeCSV DecodePaddedRaw DecodeRaw ParseExample ParseExampleV2 ParseSequenceExample
ParseSingleExample ParseSingleSequenceExample ReduceJoin StringJoin StringSplit StringSplitV2
StringToHashBucket StringToHashBucketFast StringToHashBucketStrong StringToNumber Substr
# Arithmetic, shapes and reductions
Abs AccumulateNV2 Acos Acosh Add AddN AddV2 All Angle Any ApproximateEqual ArgMax ArgMin Asin Asinh
Atan Atan2 Atanh BatchToSpace BatchToSpaceND BesselI0 BesselI0e BesselI1 BesselI1e BesselJ0 BesselJ1
BesselK0 BesselK0e BesselK1 BesselK1e BesselY0 BesselY1 Betainc Bincount Bitcast BitwiseAnd
BitwiseOr BitwiseXor BroadcastArgs BroadcastGradientArgs BroadcastTo Bucketize Cast Ceil ClipByValue
Complex ComplexAbs Concat ConcatOffset ConcatV2 Conj ConjugateTranspose Cos Cosh Cumprod Cumsum
CumulativeLogsumexp Dawsn DenseBincount DepthToSpace Diag DiagPart Digamma Div DivNoNan
DynamicPartition DynamicStitch Equal Erf Erfc Erfinv EuclideanNorm Exp ExpandDims Expint Expm1 Fill
Floor FloorDiv FloorMod FresnelCos FresnelSin Gather GatherNd GatherV2 Greater GreaterEqual
HistogramFixedWidth Igamma IgammaGradA Igammac Imag Inv InvGrad Invert InvertPermutation IsFinite
IsInf IsNan LeftShift Less LessEqual Lgamma LinSpace ListDiff Log Log1p LogicalAnd LogicalNot
LogicalOr LowerBound Max Maximum Mean Min Minimum MirrorPad MirrorPadGrad Mod Mul MulNoNan Ndtri Neg
NextAfter NotEqual OneHot OnesLike Pack Pad PadV2 ParallelConcat ParallelDynamicStitch Polygamma
PopulationCount Pow Prod Range Rank Real RealDiv Reciprocal ReciprocalGrad Reshape Reverse
ReverseSequence ReverseV2 RightShift Rint Roll Round Rsqrt RsqrtGrad SegmentMax SegmentMaxV2
SegmentMean SegmentMin SegmentMinV2 SegmentProd SegmentProdV2 SegmentSum SegmentSumV2 SelectV2 Shape
ShapeN Sign Sin Sinh Size Slice SpaceToBatch SpaceToBatchND SpaceToDepth Spence Split SplitV Sqrt
SqrtGrad Square SquaredDifference Squeeze StridedSlice StridedSliceGrad Sub Sum Tan Tanh TanhGrad
TensorScatterAdd TensorScatterMax TensorScatterMin TensorScatterSub TensorScatterUpdate
TensorStridedSliceUpdate Tile TileGrad Transpose TruncateDiv TruncateMod Unique UniqueV2
UniqueWithCounts UniqueWithCountsV2 Unpack UnravelIndex UnsortedSegmentMax UnsortedSegmentMin
UnsortedSegmentProd UnsortedSegmentSum UpperBound Where Xdivy Xlog1py Xlogy ZerosLike Zeta
"""

#: The types of operations that a graph from outside may have.
ALLOWED = frozenset(
    name for line in _ALLOWED.splitlines() if not line.startswith("#") for name in line.split()
)


_trusting = contextvars.ContextVar("trusting", default=False)


@contextlib.contextmanager
def trusting(trusted: bool) -> Iterator[None]:
    """Graphs from files run as they are within the block, if they are trusted."""
    token = _trusting.set(trusted)
    try:
        yield
    finally:
        _trusting.reset(token)


def trusts() -> bool:
    """Whether graphs from files run as they are."""
    return _trusting.get()


def check(definition: tf.GraphDef) -> None:
    """Checks all operations of a graph, and those of the functions in its library.

    Args:
      definition: the graph.

    Raises:
      ForeignGraphError: an operation is not allowed, a constant is too large, a function calls
        itself, or there are too many operations.
    """
    functions = {each.signature.name for each in definition.library.function}
    shadowing = sorted(functions & ALLOWED)
    if shadowing:
        raise ForeignGraphError(f"A function has the name of an operation, {shadowing[0]}.")
    _check_calls(definition)
    allowed = ALLOWED | functions
    size = 0
    for node in _nodes(definition):
        if node.op not in allowed:
            raise refusal(node)
        size += _constant_bytes(node) if node.op == "Const" else 0
        if size > LARGEST_CONSTANTS:
            raise ForeignGraphError(
                f"The constants up to {node.name!r} take {size:,} bytes, more than a graph from "
                f"outside may ({LARGEST_CONSTANTS:,})."
            )


def check_shapes(graph: tf.Graph) -> None:
    """Checks that no tensor of an imported graph is as large as none of a program is.

    Raises:
      ForeignGraphError: one is, whatever the graph is fed.
    """
    for tensor in (tensor for op in graph.get_operations() for tensor in op.outputs):
        size = (tensor.shape.num_elements() or 0) * tensor.dtype.size
        if size > LARGEST_TENSOR:
            raise ForeignGraphError(
                f"The tensor {tensor.name!r} takes {size:,} bytes, more than one of a graph from "
                f"outside may ({LARGEST_TENSOR:,}). If you know who made it, give trust.",
                "trust",
            )


class Limits(NamedTuple):
    """What the runs of a graph may take; 0 is anything."""

    seconds: float = 0  #: of all, as `GraphSession` counts them
    memory: int = 0  #: bytes of one, above what the process has


#: Those of a program that is not from outside.
NO_LIMITS = Limits()


def limits() -> Limits:
    """What the runs of a graph from outside may take."""
    return NO_LIMITS if trusts() else Limits(LONGEST_RUN, MOST_MEMORY)


def refusal(node: tf.NodeDef, caller: tf.NodeDef | None = None) -> ForeignGraphError:
    """The error about an operation that is not allowed, maybe in a function that another calls."""
    place = "" if caller in (None, node) else f", in a function of the operation {caller.name!r},"
    return ForeignGraphError(
        f"The graph has{place} the operation {node.name!r} of type {node.op!r}; a graph from "
        f"outside may only compute: no files, no Python, no connections, no unknown operations."
    )


def called(node: tf.NodeDef) -> Iterator[str]:
    """The names of the functions that a node calls."""
    yield node.op
    for value in node.attr.values():
        yield from (each.name for each in (value.func, *value.list.func) if each.name)


def _check_calls(definition: tf.GraphDef) -> None:
    """Refuses functions that call themselves, which never end, or each other too often.

    A few functions that each call the next one twice have as many operations as would fit nowhere.
    """
    waiting = {one.signature.name: list(one.node_def) for one in definition.library.function}
    sizes: dict[str, int] = {}  # of a function with all that it calls
    while waiting:
        done = [name for name, nodes in waiting.items() if not _calls(nodes) & waiting.keys()]
        if not done:
            raise ForeignGraphError(f"The function {min(waiting)!r} of the graph calls itself.")
        for name in done:
            sizes[name] = _size(waiting.pop(name), sizes)
    if max([_size(definition.node, sizes), *sizes.values()]) > MOST_OPERATIONS:
        raise ForeignGraphError(
            f"The graph has more operations and outputs, its functions in each of their calls, "
            f"than one from outside may ({MOST_OPERATIONS:,})."
        )


def _calls(nodes: Iterable[tf.NodeDef]) -> set[str]:
    return {name for node in nodes for name in called(node)}


def _size(nodes: Iterable[tf.NodeDef], sizes: Mapping[str, int]) -> int:
    return sum(_outputs(node) + sum(sizes.get(name, 0) for name in called(node)) for node in nodes)


def _outputs(node: tf.NodeDef) -> int:
    """How many outputs an operation may have for one input, at least 1."""
    return max([1, *(node.attr[name].i for name in _COUNTS if name in node.attr)])


def _nodes(definition: tf.GraphDef) -> Iterator[Any]:
    yield from definition.node
    for function in definition.library.function:
        yield from function.node_def


def _constant_bytes(node: tf.NodeDef) -> int:
    value = node.attr["value"].tensor
    try:
        size = max(tf.dtypes.as_dtype(value.dtype or 1).size, 1)
    except TypeError:
        raise ForeignGraphError(f"The constant {node.name!r} is of an unknown type.") from None
    for dimension in value.tensor_shape.dim:
        size *= max(dimension.size, 0)
    return size
