"""Where `tensorflow.contrib.learn` was: each module also below `python.learn`."""

from collections.abc import Mapping

#: Module below `tensorflow.contrib.learn` -> the file that has its rows.
_MODULES: Mapping[str, str] = {
    "": "contrib_learn",
    "basic_session_run_hooks": "contrib_learn.HOOKS",
    "datasets": "learn_datasets",
    "datasets.base": "learn_datasets.BASE",
    "datasets.mnist": "examples_mnist_input_data",
    "estimators": "contrib_learn",
    "estimators.dnn": "contrib_learn",
    "estimators.dnn_linear_combined": "contrib_learn",
    "estimators.estimator": "contrib_learn",
    "estimators.linear": "contrib_learn",
    "estimators.model_fn": "contrib_learn",
    "estimators.run_config": "contrib_learn",
    "experiment": "contrib_learn",
    "io": "contrib_learn.IO",
    "learn_io": "contrib_learn.IO",
    "learn_runner": "contrib_learn.RUNNER",
    "metric_spec": "contrib_learn",
    "monitors": "contrib_learn.MONITORS",
    "monitored_session": "contrib_learn.HOOKS",
    "preprocessing": "learn_preprocessing",
    "preprocessing.categorical": "learn_preprocessing",
    "preprocessing.categorical_vocabulary": "learn_preprocessing",
    "preprocessing.text": "learn_preprocessing",
    "session_run_hook": "contrib_learn.HOOKS",
}

#: Old module -> the file that has its rows.
FILES: Mapping[str, str] = {
    f"tensorflow.contrib.learn.{above}{module}".rstrip("."): file
    for module, file in _MODULES.items()
    for above in ("", "python.learn.")
}
