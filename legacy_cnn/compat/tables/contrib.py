"""`tensorflow.contrib`: what became of its parts that have no table of their own."""

from legacy_cnn.compat.rows import Table

TABLE = Table(
    "tensorflow.contrib",
    note="tf.contrib went with TensorFlow 2; this part of it has no counterpart here",
)

TABLE.gone(
    "boosted_trees",
    "decision_trees",
    "tensor_forest",
    note="its kernels are not in TensorFlow 2; use scikit-learn's RandomForestClassifier, "
    "or the package tensorflow_decision_forests",
)
TABLE.gone("bayesflow", note="use the package tensorflow_probability")
TABLE.gone("cloud", "bigtable", "hadoop", "ignite", "kafka", "kinesis", note="use tensorflow_io")
TABLE.gone("constrained_optimization", note="use the package tensorflow_constrained_optimization")
TABLE.gone("copy_graph", "graph_editor", note="use tf.import_graph_def with input_map")
TABLE.gone("ffmpeg", note="use tf.audio.decode_wav, or ffmpeg itself")
TABLE.gone("gan", note="use the package tensorflow_gan")
TABLE.gone("integrate", note="use scipy.integrate.odeint")
TABLE.gone("kernel_methods", note="use tf.keras.layers.experimental.RandomFourierFeatures")
TABLE.gone("kfac", note="use the package kfac")
TABLE.gone("labeled_tensor", note="use xarray, or plain tensors")
TABLE.gone("libsvm", note="use sklearn.datasets.load_svmlight_file")
TABLE.gone("linear_optimizer", note="use tf.estimator.LinearClassifier")
TABLE.gone("mixed_precision", "optimizer_v2", note="use tf.train's optimizers, or tf.keras's")
TABLE.gone("model_pruning", "quantize", note="use the package tensorflow_model_optimization")
TABLE.gone("nearest_neighbor", note="use scikit-learn's NearestNeighbors")
TABLE.gone("receptive_field", note="there is no counterpart")
TABLE.gone("resampler", note="the package tensorflow_addons had it; use tf.gather_nd")
TABLE.gone("session_bundle", note="use tf.saved_model")
TABLE.gone("tensorrt", note="use tensorflow.experimental.tensorrt")
TABLE.gone("text", note="use the package tensorflow_text")
TABLE.gone("timeseries", note="use the package statsmodels, or tensorflow_probability.sts")
