"""`tensorflow.contrib.predictor`: a saved model as a function of arrays."""

from collections.abc import Mapping
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.predictor")

TABLE.gone(
    "from_contrib_estimator",
    "from_estimator",
    note="export the estimator, and use from_saved_model",
)


class Predictor:
    """A graph with a session, called with arrays by the names of its inputs."""

    def __init__(
        self, session: tf.Session, inputs: Mapping[str, str], outputs: Mapping[str, str]
    ) -> None:
        graph = session.graph
        self.session, self.graph = session, graph
        self.feed_tensors = {key: graph.get_tensor_by_name(name) for key, name in inputs.items()}
        self.fetch_tensors = {key: graph.get_tensor_by_name(name) for key, name in outputs.items()}

    def __repr__(self) -> str:
        return (
            f"SavedModelPredictor with feed tensors {self.feed_tensors} "
            f"and fetch_tensors {self.fetch_tensors}"
        )

    def __call__(self, input_dict: Mapping[str, Any]) -> Any:
        """The outputs, by their names.

        Raises:
          ValueError: there is no such input.
        """
        unknown = set(input_dict) - set(self.feed_tensors)
        if unknown:
            raise ValueError(
                f"Got unexpected keys in input_dict: {unknown}\nexpected: {set(self.feed_tensors)}"
            )
        feed = {self.feed_tensors[key]: value for key, value in input_dict.items()}
        return self.session.run(self.fetch_tensors, feed)


@TABLE.serves()
def from_saved_model(
    export_dir: str,
    signature_def_key: str | None = None,
    signature_def: Any = None,
    input_names: Mapping[str, str] | None = None,
    output_names: Mapping[str, str] | None = None,
    tags: str | None = None,
    graph: tf.Graph | None = None,
    config: Any = None,
) -> Predictor:
    """Loads a saved model; its inputs and outputs are a signature's unless they are named.

    Raises:
      ValueError: it has no such signature, or too much is given.
    """
    if (input_names is None) != (output_names is None):
        raise ValueError(
            "input_names and output_names must both be specified or both be unspecified."
        )
    if sum(each is not None for each in (signature_def_key, signature_def, input_names)) > 1:
        raise ValueError(
            "You must specify at most one of signature_def_key OR signature_def OR"
            "(input_names AND output_names)."
        )
    graph = graph or tf.Graph()
    with graph.as_default():
        session = tf.Session(config=config)
        loaded = tf.saved_model.loader.load(session, (tags or "serve").split(","), export_dir)
    if input_names is None or output_names is None:
        signature = signature_def or _signature(loaded, signature_def_key)
        input_names = {key: each.name for key, each in signature.inputs.items()}
        output_names = {key: each.name for key, each in signature.outputs.items()}
    return Predictor(session, input_names, output_names)


def _signature(loaded: Any, key: str | None) -> Any:
    key = key or "serving_default"
    for each in (key, f"default_input_alternative:{key}"):
        if each in loaded.signature_def:
            return loaded.signature_def[each]
    raise ValueError(
        f'Got signature_def_key "{key}". Available signatures are {list(loaded.signature_def)}.'
    )
