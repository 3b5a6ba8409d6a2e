"""The tables: one module for each old module, `TABLE` in it having its rows.

`FILES` says which old modules there are, and which file has the rows of each. A module above one of
them, such as `tensorflow.contrib.learn.python`, needs no file: it has what is below it.
"""

import importlib.util
from collections.abc import Mapping

from legacy_cnn.compat.rows import Table
from legacy_cnn.compat.tables import (
    contrib_paths,
    estimator_files,
    keras_files,
    learn_files,
    recurrent_files,
)

#: Who sees it -> old module -> the file here that has its rows, or `file.TABLE` where a file has
#: several tables. Several names may share one.
FILES: Mapping[str, Mapping[str, str]] = {
    "program": {
        **contrib_paths.files(),
        **keras_files.FILES,
        **learn_files.FILES,
        **recurrent_files.FILES,
        **estimator_files.FILES,
        "cgi": "python_names.CGI",
        "collections": "python_names.COLLECTIONS",
        "fractions": "python_names.FRACTIONS",
        "inspect": "python_names.INSPECT",
        "math": "python_names.MATH",
        "matplotlib.pylab": "matplotlib_pyplot.PYLAB",
        "matplotlib.pyplot": "matplotlib_pyplot",
        "numpy": "numpy_names",
        "numpy.lib": "numpy_names.LIB",
        "pylab": "matplotlib_pyplot.PYLAB",
        "scipy.misc": "scipy_misc",
        "string": "python_names.STRING",
        "tensorflow": "top",
        "tensorflow.app": "app",
        "tensorflow.app.flags": "flags",
        "tensorflow.compat": "top_compat",
        "tensorflow.contrib": "contrib",
        "tensorflow.contrib.deprecated": "contrib_deprecated",
        "tensorflow.contrib.distributions": "contrib_distributions",
        "tensorflow.contrib.eager": "contrib_eager",
        "tensorflow.contrib.eager.metrics": "contrib_eager_metrics",
        "tensorflow.contrib.eager.python.metrics": "contrib_eager_metrics",
        "tensorflow.contrib.eager.python.tfe": "contrib_eager",
        "tensorflow.contrib.eager.python.tfe.metrics": "contrib_eager_metrics",
        "tensorflow.contrib.factorization": "contrib_factorization",
        "tensorflow.contrib.tensorboard.plugins.projector": "contrib_projector",
        "tensorflow.debugging": "top_sections.DEBUGGING",
        "tensorflow.distributions": "top_sections.DISTRIBUTIONS",
        "tensorflow.examples.tutorials.mnist": "examples_mnist",
        "tensorflow.examples.tutorials.mnist.input_data": "examples_mnist_input_data",
        "tensorflow.examples.tutorials.mnist.mnist": "examples_mnist_model",
        "tensorflow.feature_column": "top_sections.FEATURE_COLUMN",
        "tensorflow.flags": "flags",
        "tensorflow.gfile": "gfile",
        "tensorflow.graph_util": "graph_util",
        "tensorflow.image": "image",
        "tensorflow.layers": "layers",
        "tensorflow.linalg": "top_sections.LINALG",
        "tensorflow.losses": "losses",
        "tensorflow.math": "top_sections.MATH",
        "tensorflow.metrics": "metrics",
        "tensorflow.nn": "nn",
        "tensorflow.python.feature_column.feature_column": "python_framework.COLUMNS",
        "tensorflow.python.framework.common_shapes": "python_framework.COMMON_SHAPES",
        "tensorflow.python.framework.graph_util": "python_framework.GRAPH_UTIL",
        "tensorflow.python.framework.graph_util_impl": "python_framework.GRAPH_UTIL",
        "tensorflow.python.framework.ops": "python_framework.OPS",
        "tensorflow.python.framework.tensor_shape": "python_framework.SHAPE",
        "tensorflow.python.layers": "layers",
        "tensorflow.python.layers.base": "layers",
        "tensorflow.python.layers.convolutional": "layers",
        "tensorflow.python.layers.core": "layers",
        "tensorflow.python.layers.layers": "layers",
        "tensorflow.python.layers.normalization": "layers",
        "tensorflow.python.layers.pooling": "layers",
        "tensorflow.python.ops.array_ops": "python_ops.ARRAYS",
        "tensorflow.python.ops.control_flow_ops": "python_ops.CONTROL_FLOW",
        "tensorflow.python.ops.data_flow_ops": "python_ops.DATA_FLOW",
        "tensorflow.python.ops.functional_ops": "python_ops.FUNCTIONAL",
        "tensorflow.python.ops.gradients_impl": "python_ops.GRADIENTS",
        "tensorflow.python.ops.init_ops": "python_ops.INIT",
        "tensorflow.python.ops.logging_ops": "python_ops.LOGGING",
        "tensorflow.python.ops.math_ops": "python_ops.MATH",
        "tensorflow.python.ops.nn": "python_ops.NN",
        "tensorflow.python.ops.nn_impl": "python_ops.NN_IMPL",
        "tensorflow.python.ops.nn_ops": "python_ops.NN_OPS",
        "tensorflow.python.ops.random_ops": "python_ops.RANDOM",
        "tensorflow.python.ops.spectral_ops": "python_ops.SPECTRAL",
        "tensorflow.python.ops.summary_ops": "python_ops.SUMMARIES",
        "tensorflow.python.ops.variable_scope": "python_ops.SCOPES",
        "tensorflow.python.ops.variables": "python_ops.VARIABLES",
        "tensorflow.python.platform.app": "app",
        "tensorflow.python.platform.flags": "flags",
        "tensorflow.python.platform.gfile": "gfile",
        "tensorflow.python.pywrap_tensorflow": "python_framework.PYWRAP",
        "tensorflow.python.summary.event_accumulator": "python_framework.EVENTS",
        "tensorflow.python.summary.summary_iterator": "python_training.ITERATOR",
        "tensorflow.python.training.summary_io": "python_training.SUMMARY_IO",
        "tensorflow.python.training.training": "python_training.TRAINING",
        "tensorflow.python.util.nest": "python_framework.NEST",
        "tensorflow.random": "top_sections.RANDOM",
        "tensorflow.sparse": "top_sections.SPARSE",
        "tensorflow.train": "train",
        "time": "python_names.TIME",
    },
    "tf_slim": {
        "tensorflow.python.framework.ops": "tf_slim_names.FRAMEWORK",
        "tensorflow.python.keras.engine.input_spec": "tf_slim_names.LAYERS",
        "tensorflow.python.layers.base": "tf_slim_names.LAYERS",
        "tensorflow.python.layers.convolutional": "tf_slim_names.LAYERS",
        "tensorflow.python.layers.core": "tf_slim_names.LAYERS",
        "tensorflow.python.layers.normalization": "tf_slim_names.LAYERS",
        "tensorflow.python.layers.pooling": "tf_slim_names.LAYERS",
        "tensorflow.python.ops.array_ops": "tf_slim_names.ARRAYS",
        "tensorflow.python.ops.control_flow_ops": "tf_slim_names.CONTROL_FLOW",
        "tensorflow.python.ops.variable_scope": "tf_slim_names.VARIABLES",
        "tensorflow.python.training.checkpoint_management": "tf_slim_names.CHECKPOINTS",
    },
    "tensorflow_estimator": estimator_files.PACKAGE_FILES,
}


class Tables:
    """The tables of one audience."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self.tops = {name.partition(".")[0] for name in files}
        self._all = {
            ".".join(parts[:length])
            for parts in (name.split(".") for name in files)
            for length in range(1, len(parts) + 1)
        }

    def has(self, name: str) -> bool:
        """Whether there is a table of an old module, or of one below it."""
        return name in self._all

    def below(self, name: str) -> list[str]:
        """The last names of the modules directly below one."""
        depth = name.count(".") + 1
        inner = [each for each in self._all if each.startswith(name + ".")]
        return sorted(each.rpartition(".")[2] for each in inner if each.count(".") == depth)

    def table(self, name: str) -> Table:
        """The table of an old module; one without rows if only those below it have some."""
        if name not in self._files:
            return Table(name, real=name if is_there(name) else "")
        file, _, table = self._files[name].partition(".")
        found: Table = getattr(importlib.import_module(f"{__name__}.{file}"), table or "TABLE")
        return found


def of(audience: str) -> Tables:
    """The tables that an audience sees."""
    return Tables(FILES[audience])


def is_there(name: str) -> bool:
    """Whether a module is there today."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False
