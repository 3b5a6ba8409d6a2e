"""What `tf.contrib.learn`'s ready Estimators make of logits: predictions, loss and metrics."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.learn.model_fn import ModeKeys, ModelFnOps


class PredictionKey:
    """The names of predictions."""

    CLASSES = "classes"
    PROBABILITIES = "probabilities"
    LOGITS = "logits"
    LOGISTIC = "logistic"
    SCORES = "scores"
    TOP_K = "top_k"
    GENERIC = "output"


class MetricKey:
    """The names of metrics."""

    LOSS = "loss"
    AUC = "auc"
    AUC_PR = "auc_precision_recall"
    ACCURACY = "accuracy"
    ACCURACY_BASELINE = "accuracy/baseline_label_mean"
    ACCURACY_MEAN = "accuracy/threshold_%f_mean"
    LABEL_MEAN = "labels/actual_label_mean"
    PREDICTION_MEAN = "labels/prediction_mean"
    PRECISION_MEAN = "precision/positive_threshold_%f_mean"
    RECALL_MEAN = "recall/positive_threshold_%f_mean"


class Head:
    """A head; `size` is the number of logits, `scope` the variable scope of its optimizer."""

    size = 1
    scope = "head"

    def __init__(self, weights: str | None = None) -> None:
        self._weights = weights

    def predictions(self, logits: tf.Tensor) -> dict[str, tf.Tensor]:
        """Predictions by their names."""
        raise NotImplementedError

    def losses(self, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        """The loss of each example, [batch, 1]."""
        raise NotImplementedError

    def metrics(self, labels: tf.Tensor, predictions: Any, weights: Any) -> dict[str, Any]:
        """Metrics by their names."""
        return {}

    def ops(self, features: Any, labels: Any, mode: str, logits: Any, train: Any) -> ModelFnOps:
        """All of it; `train` makes an operation that trains of a loss."""
        predictions = self.predictions(logits)
        if mode == ModeKeys.INFER:
            return ModelFnOps(mode, predictions)
        if isinstance(labels, dict) and len(labels) == 1:
            (labels,) = labels.values()
        labels = tf.reshape(labels, [tf.shape(logits)[0], -1])
        weights = None
        if self._weights is not None:
            weights = tf.reshape(tf.cast(features[self._weights], tf.float32), [-1, 1])
        losses = self.losses(labels, logits)
        if weights is not None:
            losses = losses * weights
        loss = tf.reduce_mean(losses, name="loss")
        if mode == ModeKeys.TRAIN:
            return ModelFnOps(mode, predictions, loss, train(loss))
        metrics = self.metrics(labels, predictions, weights)
        return ModelFnOps(mode, predictions, loss, eval_metric_ops=metrics)


class RegressionHead(Head):
    """The mean squared error; predictions are `scores`."""

    scope = "regression_head"

    def __init__(self, size: int = 1, weights: str | None = None) -> None:
        super().__init__(weights)
        self.size = size

    def predictions(self, logits: tf.Tensor) -> dict[str, tf.Tensor]:
        scores = tf.squeeze(logits, [1]) if self.size == 1 else logits
        return {PredictionKey.SCORES: scores}

    def losses(self, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        return tf.squared_difference(logits, tf.cast(labels, tf.float32))


class BinaryHead(Head):
    """Two classes, by one logit and the sigmoid cross-entropy."""

    scope = "binary_logistic_head"

    def predictions(self, logits: tf.Tensor) -> dict[str, tf.Tensor]:
        both = tf.concat([tf.zeros_like(logits), logits], 1)
        return {
            PredictionKey.LOGITS: logits,
            PredictionKey.LOGISTIC: tf.sigmoid(logits),
            PredictionKey.PROBABILITIES: tf.nn.softmax(both),
            PredictionKey.CLASSES: tf.argmax(both, 1),
        }

    def losses(self, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        labels = tf.cast(labels, tf.float32)
        return tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)

    def metrics(self, labels: tf.Tensor, predictions: Any, weights: Any) -> dict[str, Any]:
        labels, logistic = tf.cast(labels, tf.float32), predictions[PredictionKey.LOGISTIC]
        classes, half = tf.reshape(predictions[PredictionKey.CLASSES], [-1, 1]), 0.5
        metrics, mean = tf.metrics, tf.metrics.mean(labels, weights)
        above = tf.cast(logistic > half, tf.float32)
        return {
            MetricKey.ACCURACY: metrics.accuracy(labels, classes, weights),
            MetricKey.PREDICTION_MEAN: metrics.mean(logistic, weights),
            MetricKey.LABEL_MEAN: mean,
            MetricKey.ACCURACY_BASELINE: metrics.mean(labels, weights),
            MetricKey.AUC: metrics.auc(labels, logistic, weights),
            MetricKey.AUC_PR: metrics.auc(labels, logistic, weights, curve="PR"),
            MetricKey.ACCURACY_MEAN % half: metrics.accuracy(labels, above, weights),
            MetricKey.PRECISION_MEAN % half: metrics.precision(labels, above, weights),
            MetricKey.RECALL_MEAN % half: metrics.recall(labels, above, weights),
        }


class MultiClassHead(Head):
    """Several classes, by the softmax cross-entropy."""

    scope = "multi_class_head"

    def __init__(self, classes: int, weights: str | None = None) -> None:
        super().__init__(weights)
        self.size = classes

    def predictions(self, logits: tf.Tensor) -> dict[str, tf.Tensor]:
        return {
            PredictionKey.LOGITS: logits,
            PredictionKey.PROBABILITIES: tf.nn.softmax(logits),
            PredictionKey.CLASSES: tf.argmax(logits, 1),
        }

    def losses(self, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        found = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels[:, 0], logits=logits)
        return tf.expand_dims(found, 1)

    def metrics(self, labels: tf.Tensor, predictions: Any, weights: Any) -> dict[str, Any]:
        classes = tf.reshape(predictions[PredictionKey.CLASSES], [-1, 1])
        return {MetricKey.ACCURACY: tf.metrics.accuracy(labels, classes, weights)}


def classification_head(n_classes: int, weights: str | None) -> Head:
    """The head for so many classes."""
    if n_classes < 2:
        raise ValueError(f"n_classes should be greater than 1. Given: {n_classes}")
    return BinaryHead(weights) if n_classes == 2 else MultiClassHead(n_classes, weights)
