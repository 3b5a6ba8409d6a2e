"""`DNNLinearCombinedClassifier` and `...Regressor`: a linear model and a network, wide and deep."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.learn.heads import Head, RegressionHead, classification_head
from legacy_cnn.compat.learn.model_fn import ModeKeys
from legacy_cnn.compat.learn.ready import (
    Classifier,
    Ready,
    Regressor,
    dictionary,
    linear,
    network,
    trained,
)


class _Part:
    """One of the two models: its columns, and what trains its variables."""

    def __init__(self, name: str, columns: Any, optimizer: Any, rate: float) -> None:
        self.name, self.columns = name, list(columns or [])
        self._optimizer, self._rate = optimizer, rate

    def train(self, loss: Any, clip: Any, increment: bool) -> Any:
        """The operation that trains its variables, which are in a scope of its name."""
        variables = tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, f"{self.name}/")
        options = {"variables": variables, "increment_global_step": increment}
        return trained(self.name, self._rate, self._optimizer, clip, **options)(loss)


class _Combined(Ready):
    """Wide and deep: AdaGrad trains the network, and FTRL the linear model."""

    def _combine(
        self, head: Head, parts: tuple[_Part, _Part], shape: Any, training: Any, places: Any
    ) -> None:
        """Sets the Estimator up.

        Raises:
          ValueError: it has no columns, or a network without hidden units.
        """
        deep, wide = parts
        units, activation, dropout = shape
        _check(deep, wide, units)

        def model_fn(features: Any, labels: Any, mode: str) -> Any:
            features, logits = dictionary(features), []
            if deep.columns:
                dropped = dropout if mode == ModeKeys.TRAIN else None
                arguments = deep.columns, list(units), head.size, activation, dropped
                logits.append(network(features, *arguments))
            if wide.columns:
                logits.append(linear(features, wide.columns, head.size))
            used = [part for part in parts if part.columns]
            with tf.variable_scope(head.scope):
                return head.ops(features, labels, mode, tf.add_n(logits), _both(used, *training))

        super().__init__(model_fn, *places)


def _check(deep: _Part, wide: _Part, units: Any) -> None:
    if not (deep.columns or wide.columns):
        raise ValueError("Either linear_feature_columns or dnn_feature_columns must be defined.")
    if deep.columns and not units:
        raise ValueError("dnn_hidden_units must be defined when dnn_feature_columns is specified.")


def _both(parts: Iterable[_Part], clip: Any, counts_once: bool) -> Callable[[Any], Any]:
    """What makes the operation that trains both; each of them counts a step, as a mistake of then
    has it, unless the program asks for the mended one."""

    def train(loss: Any) -> Any:
        both = tf.group(*[part.train(loss, clip, not counts_once) for part in parts])
        if not counts_once:
            return both
        with tf.control_dependencies([both]):
            return tf.assign_add(tf.train.get_global_step(), 1).op

    return train


def _parts(
    dnn_columns: Any, dnn_optimizer: Any, linear_columns: Any, linear_optimizer: Any
) -> tuple[_Part, _Part]:
    rate = min(0.2, 1.0 / math.sqrt(len(list(linear_columns or [])) or 1))
    return (
        _Part("dnn", dnn_columns, dnn_optimizer or "Adagrad", 0.05),
        _Part("linear", linear_columns, linear_optimizer or "Ftrl", rate),
    )


class DNNLinearCombinedClassifier(Classifier, _Combined):
    """A linear model and a network that classify."""

    def __init__(
        self,
        model_dir: str | None = None,
        n_classes: int = 2,
        weight_column_name: str | None = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = None,
        _joint_linear_weights: bool = False,
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = None,
        dnn_hidden_units: Any = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        config: Any = None,
        feature_engineering_fn: Any = None,
        embedding_lr_multipliers: Any = None,
        input_layer_min_slice_size: int | None = None,
        label_keys: Any = None,
        fix_global_step_increment_bug: bool = False,
    ) -> None:
        head = classification_head(n_classes, weight_column_name)
        parts = _parts(dnn_feature_columns, dnn_optimizer, linear_feature_columns, linear_optimizer)
        shape = dnn_hidden_units, dnn_activation_fn or tf.nn.relu, dnn_dropout
        training = gradient_clip_norm, fix_global_step_increment_bug
        self._combine(
            head, parts, shape, training, (model_dir, config, None, feature_engineering_fn)
        )


class DNNLinearCombinedRegressor(Regressor, _Combined):
    """A linear model and a network that predict values."""

    def __init__(
        self,
        model_dir: str | None = None,
        weight_column_name: str | None = None,
        linear_feature_columns: Any = None,
        linear_optimizer: Any = None,
        _joint_linear_weights: bool = False,
        dnn_feature_columns: Any = None,
        dnn_optimizer: Any = None,
        dnn_hidden_units: Any = None,
        dnn_activation_fn: Any = tf.nn.relu,
        dnn_dropout: float | None = None,
        gradient_clip_norm: float | None = None,
        enable_centered_bias: bool = False,
        label_dimension: int = 1,
        config: Any = None,
        feature_engineering_fn: Any = None,
        embedding_lr_multipliers: Any = None,
        input_layer_min_slice_size: int | None = None,
        fix_global_step_increment_bug: bool = False,
    ) -> None:
        head = RegressionHead(label_dimension, weight_column_name)
        parts = _parts(dnn_feature_columns, dnn_optimizer, linear_feature_columns, linear_optimizer)
        shape = dnn_hidden_units, dnn_activation_fn or tf.nn.relu, dnn_dropout
        training = gradient_clip_norm, fix_global_step_increment_bug
        self._combine(
            head, parts, shape, training, (model_dir, config, None, feature_engineering_fn)
        )
