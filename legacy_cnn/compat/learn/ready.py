"""The ready Estimators of `tf.contrib.learn`, with the variables that they had."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.hook import faces
from legacy_cnn.compat.learn.estimator import Estimator, ModeKeys
from legacy_cnn.compat.learn.heads import (
    Head,
    PredictionKey,
    RegressionHead,
    classification_head,
)


def _layers() -> Any:
    return faces("program").imported("tensorflow.contrib.layers")


def _dictionary(features: Any) -> dict[str, Any]:
    return dict(features) if isinstance(features, dict) else {"": features}


def _network(
    features: Any, columns: Any, units: Iterable[int], size: int, options: Mapping[str, Any]
) -> tf.Tensor:
    """The logits of a network: `dnn/hiddenlayer_0/weights`, ..., `dnn/logits/biases`."""
    layers, keep = _layers(), options.get("dropout")
    with tf.variable_scope("dnn"):
        with tf.variable_scope("input_from_feature_columns") as scope:
            net = layers.input_from_feature_columns(features, columns, ["dnn"], scope=scope)
        for index, count in enumerate(units):
            with tf.variable_scope(f"hiddenlayer_{index}") as scope:
                activation = options["activation_fn"]
                net = layers.fully_connected(net, count, activation, scope=scope)
                if keep is not None and options["mode"] == ModeKeys.TRAIN:
                    net = layers.dropout(net, keep_prob=1.0 - keep)
        with tf.variable_scope("logits") as scope:
            return layers.fully_connected(net, size, None, scope=scope)


def _sum(features: Any, columns: Any, size: int) -> tf.Tensor:
    """The logits of a linear model: `linear/NAME/weight`, `linear/bias_weight`."""
    with tf.variable_scope("linear"):
        parts = []
        for column in sorted(columns, key=lambda each: each.name):
            values = tf.feature_column.input_layer(features, [_as_dense(column)])
            name, shape = f"{column.name}/weight", [int(values.shape[1]), size]
            weight = tf.get_variable(name, shape, initializer=tf.zeros_initializer())
            parts.append(tf.matmul(values, weight))
        bias = tf.get_variable("bias_weight", [size], initializer=tf.zeros_initializer())
        return tf.nn.bias_add(tf.add_n(parts), bias)


def _as_dense(column: Any) -> Any:
    """A column of categories as one of zeros and ones."""
    is_dense = hasattr(column, "variable_shape")
    return column if is_dense else tf.feature_column.indicator_column(column)


def _trained(name: str, rate: float | None, optimizer: Any, clip: Any) -> Callable[[Any], Any]:
    def train(loss: tf.Tensor) -> Any:
        chosen = optimizer() if callable(optimizer) else optimizer
        return _layers().optimize_loss(
            loss=loss,
            global_step=tf.train.get_global_step(),
            learning_rate=rate,
            optimizer=chosen,
            clip_gradients=clip,
            name=name,
            summaries=[],
        )

    return train


class _Ready(Estimator):
    """An Estimator with a head, and what `predict` gives if nothing is asked for."""

    _PREDICTED = PredictionKey.CLASSES
    _head: Head

    def predict(
        self,
        x: Any = None,
        input_fn: Any = None,
        batch_size: int | None = None,
        outputs: Iterable[str] | None = None,
        as_iterable: bool = True,
        iterate_batches: bool = False,
    ) -> Any:
        """Classes or scores, or the `outputs` in dictionaries."""
        if outputs:
            return super().predict(x, input_fn, batch_size, outputs, as_iterable)
        return self._only(self._PREDICTED, x, input_fn, batch_size, as_iterable)

    def _only(self, key: str, x: Any, input_fn: Any, batch_size: Any, as_iterable: bool) -> Any:
        found = super().predict(x, input_fn, batch_size, [key], as_iterable)
        return (each[key] for each in found) if as_iterable else found[key]


class _Classifier(_Ready):
    def predict_classes(
        self, x: Any = None, input_fn: Any = None, batch_size: Any = None, as_iterable: bool = True
    ) -> Any:
        """The likeliest class of each example."""
        return self._only(PredictionKey.CLASSES, x, input_fn, batch_size, as_iterable)

    def predict_proba(
        self, x: Any = None, input_fn: Any = None, batch_size: Any = None, as_iterable: bool = True
    ) -> Any:
        """The probabilities of the classes."""
        return self._only(PredictionKey.PROBABILITIES, x, input_fn, batch_size, as_iterable)


class _Regressor(_Ready):
    _PREDICTED = PredictionKey.SCORES

    def predict_scores(
        self, x: Any = None, input_fn: Any = None, batch_size: Any = None, as_iterable: bool = True
    ) -> Any:
        """The values."""
        return self._only(PredictionKey.SCORES, x, input_fn, batch_size, as_iterable)


class _Network(_Ready):
    def _made(self, head: Head, hidden_units: Any, feature_columns: Any, **options: Any) -> None:
        """Sets the Estimator up; AdaGrad with a rate of 0.05 trains it if nothing else is said."""
        clip, optimizer = options["gradient_clip_norm"], options["optimizer"] or "Adagrad"
        columns = list(feature_columns or [])

        def model_fn(features: Any, labels: Any, mode: str) -> Any:
            features = _dictionary(features)
            shape = {**options, "mode": mode}
            logits = _network(features, columns, hidden_units, head.size, shape)
            train = _trained("dnn", 0.05, optimizer, clip)
            with tf.variable_scope("dnn"), tf.variable_scope(head.scope):
                return head.ops(features, labels, mode, logits, train)

        super().__init__(
            model_fn,
            options["model_dir"],
            options["config"],
            feature_engineering_fn=options["feature_engineering_fn"],
        )


class DNNClassifier(_Classifier, _Network):
    """A network that classifies."""

    def __init__(
        self,
        hidden_units: Iterable[int],
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: Any = None,
        feature_engineering_fn: Any = None,
        **options: Any,
    ) -> None:
        self._made(
            classification_head(n_classes, weight_column_name),
            list(hidden_units),
            feature_columns,
            model_dir=model_dir,
            optimizer=optimizer,
            activation_fn=activation_fn,
            dropout=dropout,
            gradient_clip_norm=gradient_clip_norm,
            config=config,
            feature_engineering_fn=feature_engineering_fn,
        )


class DNNRegressor(_Regressor, _Network):
    """A network that predicts values."""

    def __init__(
        self,
        hidden_units: Iterable[int],
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        activation_fn: Any = tf.nn.relu,
        dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: Any = None,
        feature_engineering_fn: Any = None,
        label_dimension: int = 1,
        **options: Any,
    ) -> None:
        self._made(
            RegressionHead(label_dimension, weight_column_name),
            list(hidden_units),
            feature_columns,
            model_dir=model_dir,
            optimizer=optimizer,
            activation_fn=activation_fn,
            dropout=dropout,
            gradient_clip_norm=gradient_clip_norm,
            config=config,
            feature_engineering_fn=feature_engineering_fn,
        )


class _Linear(_Ready):
    def _made(self, head: Head, feature_columns: Any, **options: Any) -> None:
        """Sets the Estimator up; FTRL trains it if nothing else is said."""
        columns, optimizer = list(feature_columns or []), options["optimizer"]
        rate = min(0.2, 1.0 / math.sqrt(len(columns) or 1))

        def model_fn(features: Any, labels: Any, mode: str) -> Any:
            features = _dictionary(features)
            logits = _sum(features, columns, head.size)
            chosen = optimizer or tf.train.FtrlOptimizer(rate)
            train = _trained("linear", None, chosen, options["gradient_clip_norm"])
            with tf.variable_scope("linear"), tf.variable_scope(head.scope):
                return head.ops(features, labels, mode, logits, train)

        super().__init__(
            model_fn,
            options["model_dir"],
            options["config"],
            feature_engineering_fn=options["feature_engineering_fn"],
        )


class LinearClassifier(_Classifier, _Linear):
    """A linear model that classifies."""

    def __init__(
        self,
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        _joint_weight: bool = False,
        config: Any = None,
        feature_engineering_fn: Any = None,
        label_keys: Any = None,
    ) -> None:
        self._made(
            classification_head(n_classes, weight_column_name),
            feature_columns,
            model_dir=model_dir,
            optimizer=optimizer,
            gradient_clip_norm=gradient_clip_norm,
            config=config,
            feature_engineering_fn=feature_engineering_fn,
        )


class LinearRegressor(_Regressor, _Linear):
    """A linear model that predicts values."""

    def __init__(
        self,
        feature_columns: Iterable[Any],
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        optimizer: Any = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        label_dimension: int = 1,
        _joint_weights: bool = False,
        config: Any = None,
        feature_engineering_fn: Any = None,
    ) -> None:
        self._made(
            RegressionHead(label_dimension, weight_column_name),
            feature_columns,
            model_dir=model_dir,
            optimizer=optimizer,
            gradient_clip_norm=gradient_clip_norm,
            config=config,
            feature_engineering_fn=feature_engineering_fn,
        )
