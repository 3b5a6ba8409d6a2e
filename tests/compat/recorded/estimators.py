"""`tf.estimator`: metrics, variables and predictions of ready Estimators, and one of one's own."""

from __future__ import print_function

import sys

import numpy as np
import tensorflow as tf
from ramps import run

estimator = tf.estimator
column = tf.feature_column
INPUTS = np.random.RandomState(0).rand(60, 3).astype(np.float32)
CLASSES = (INPUTS[:, 0] > INPUTS[:, 1]).astype(np.int32)
VALUES = INPUTS[:, 0] * 2 - INPUTS[:, 1]
COLUMNS = [column.numeric_column("x", shape=[3])]


def given(labels=None, epochs=1):
    return estimator.inputs.numpy_input_fn(
        {"x": INPUTS}, labels, batch_size=20, num_epochs=epochs, shuffle=False
    )


def show(model, labels):
    model.train(given(labels, None), steps=2)
    result = model.evaluate(given(labels))
    print(*sorted(result))
    for name in sorted(model.get_variable_names()):
        print(name, list(np.shape(model.get_variable_value(name))))
    (first, *_) = model.predict(given())
    for name in sorted(first):
        print(name, np.asarray(first[name]).dtype.kind, list(np.shape(first[name])))
    return result


def linear_classifier():
    result = show(estimator.LinearClassifier(COLUMNS, model_dir="model"), CLASSES)
    print("loss %.5f average %.5f" % (result["loss"], result["average_loss"]))


def linear_regressor():
    optimizer = tf.train.GradientDescentOptimizer(0.001)
    model = estimator.LinearRegressor(COLUMNS, model_dir="model", optimizer=optimizer)
    result = show(model, VALUES)
    print("loss %.5f average %.5f" % (result["loss"], result["average_loss"]))


def dnn_classifier():
    options = {"dropout": 0.1, "batch_norm": True, "n_classes": 3}
    model = estimator.DNNClassifier([4, 3], COLUMNS, model_dir="model", **options)
    show(model, CLASSES)


def dnn_regressor():
    optimizer = tf.train.AdamOptimizer()
    show(
        estimator.DNNRegressor([4], COLUMNS, model_dir="model", optimizer=optimizer),
        VALUES,
    )


def dnn_linear_combined_classifier():
    columns = {"linear_feature_columns": COLUMNS, "dnn_feature_columns": COLUMNS}
    show(
        estimator.DNNLinearCombinedClassifier("model", dnn_hidden_units=[4], **columns),
        CLASSES,
    )


def run_config():
    config = estimator.RunConfig(tf_random_seed=1, save_checkpoints_steps=7)
    print(config.tf_random_seed, config.save_checkpoints_secs, config.save_checkpoints_steps)
    print(config.keep_checkpoint_max, config.save_summary_steps, config.log_step_count_steps)
    print(config.task_type, config.is_chief, config.num_worker_replicas, config.num_ps_replicas)
    print(estimator.RunConfig().save_checkpoints_secs, estimator.RunConfig().tf_random_seed)
    print(config.replace(model_dir="there").model_dir, config.model_dir)


def model_fn(features, labels, mode, params):
    value = tf.layers.dense(
        features["x"], 1, name="dense", kernel_initializer=tf.zeros_initializer()
    )
    predictions = {"value": value[:, 0]}
    if mode == estimator.ModeKeys.PREDICT:
        outputs = {"serving_default": estimator.export.PredictOutput(predictions)}
        return estimator.EstimatorSpec(mode, predictions, export_outputs=outputs)
    loss = tf.losses.mean_squared_error(labels, value[:, 0])
    optimizer = tf.train.GradientDescentOptimizer(params["rate"])
    train_op = optimizer.minimize(loss, tf.train.get_global_step())
    metrics = {"mae": tf.metrics.mean_absolute_error(labels, value[:, 0])}
    return estimator.EstimatorSpec(mode, predictions, loss, train_op, metrics)


def train_and_evaluate():
    model = estimator.Estimator(model_fn, "model", params={"rate": 0.1})
    receiver = {"x": tf.FixedLenFeature([3], tf.float32)}
    final = estimator.FinalExporter(
        "final", estimator.export.build_parsing_serving_input_receiver_fn(receiver)
    )
    estimator.train_and_evaluate(
        model,
        estimator.TrainSpec(given(VALUES, None), max_steps=6),
        estimator.EvalSpec(given(VALUES), steps=None, exporters=final, start_delay_secs=0),
    )
    result = model.evaluate(given(VALUES))
    print(model.latest_checkpoint())
    print(*["%s %.5f" % each for each in sorted(result.items())])
    print("exports", len(tf.gfile.ListDirectory("model/export/final")))


def feature_columns():
    words = column.categorical_column_with_vocabulary_list("b", ["u", "v"], num_oov_buckets=1)
    columns = [
        column.bucketized_column(column.numeric_column("a"), [3.0, 7.0]),
        column.indicator_column(words),
        column.embedding_column(column.categorical_column_with_identity("c", 3), 2),
        column.indicator_column(column.crossed_column(["b", "c"], 5)),
        column.indicator_column(column.categorical_column_with_hash_bucket("d", 4)),
    ]
    features = {"a": [1.0, 5.0, 9.0], "b": ["u", "v", "w"], "c": [0, 1, 2], "d": ["u", "v", "w"]}
    features = {name: tf.constant(value) for name, value in features.items()}
    dense = column.input_layer(features, columns)
    column.linear_model(features, columns[:2])
    print(dense.get_shape().as_list())
    for each in tf.global_variables():
        print(each.name, each.get_shape().as_list())
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        rows = session.run(dense)
    print(np.delete(rows, [11, 12], 1).tolist())  # without the embedding


CASES = {
    each.__name__: each
    for each in (
        dnn_classifier,
        dnn_linear_combined_classifier,
        dnn_regressor,
        feature_columns,
        linear_classifier,
        linear_regressor,
        run_config,
        train_and_evaluate,
    )
}
if __name__ == "__main__":
    run(CASES, sys.argv[1:])
