"""`tf.contrib.learn`: ready Estimators, one of one's own, vocabularies and data sets."""

from __future__ import print_function

import sys

import numpy as np
import tensorflow as tf
from ramps import run
from tensorflow.contrib import learn
from tensorflow.contrib.learn.python.learn import learn_runner
from tensorflow.contrib.learn.python.learn.datasets import base
from tensorflow.contrib.learn.python.learn.preprocessing.text import VocabularyProcessor

INPUTS = np.random.RandomState(0).rand(60, 3).astype(np.float32)
CLASSES = (INPUTS[:, 0] > INPUTS[:, 1]).astype(np.int32)
VALUES = INPUTS[:, 0] * 2 - INPUTS[:, 1]


def columns():
    return learn.infer_real_valued_columns_from_input(INPUTS)


def show(model, labels, **options):
    model.fit(INPUTS, labels, steps=3)
    print(*sorted(model.evaluate(INPUTS, labels, steps=1, **options)))
    for name in sorted(model.get_variable_names()):
        if "Adagrad" not in name and "Ftrl" not in name:
            print(name, list(np.shape(model.get_variable_value(name))))


def predicted(model, *keys):
    for row in list(model.predict(INPUTS[:2])):
        print(np.asarray(row).dtype.kind, list(np.shape(row)))
    (row, _) = model.predict(INPUTS[:2], outputs=list(keys))
    for key in sorted(row):
        print(key, row[key].dtype.kind, list(row[key].shape))


def dnn_classifier():
    model = learn.DNNClassifier(hidden_units=[4, 3], feature_columns=columns(), model_dir="model")
    show(model, CLASSES)
    predicted(model, "probabilities", "logits", "classes")
    print(list(next(model.predict_proba(INPUTS)).shape))


def dnn_classifier_of_three():
    options = {"n_classes": 3, "dropout": 0.1, "optimizer": tf.train.AdagradOptimizer(0.1)}
    model = learn.DNNClassifier([4], columns(), model_dir="model", **options)
    show(model, CLASSES, metrics={"mine": learn.MetricSpec(tf.metrics.accuracy, "classes")})
    predicted(model, "probabilities")


def dnn_regressor():
    model = learn.DNNRegressor([4], columns(), model_dir="model", gradient_clip_norm=1.0)
    show(model, VALUES)
    predicted(model, "scores")


def linear_regressor():
    optimizer = tf.train.GradientDescentOptimizer(0.1)
    model = learn.LinearRegressor(columns(), model_dir="model", optimizer=optimizer)
    show(model, VALUES)
    for steps in (3, 5):
        model.fit(INPUTS, VALUES, batch_size=25, steps=steps)
    print("loss %.5f" % model.evaluate(INPUTS, VALUES)["loss"])
    print("scores", *["%.5f" % each for each in model.predict(INPUTS[:3])])


def linear_classifier():
    model = learn.LinearClassifier(columns(), model_dir="model")
    show(model, CLASSES)
    print("loss %.5f" % model.evaluate(INPUTS, CLASSES)["loss"])
    print(*["%.4f" % each[1] for each in list(model.predict_proba(INPUTS[:3]))])


def model_fn(features, labels, mode, params):
    weight = tf.get_variable("w", [3], initializer=tf.zeros_initializer())
    value = tf.reduce_sum(features * weight, 1)
    loss = tf.losses.mean_squared_error(labels, value)
    train_op = tf.contrib.layers.optimize_loss(
        loss, tf.contrib.framework.get_global_step(), params["rate"], "SGD"
    )
    metrics = {"mae": tf.metrics.mean_absolute_error(labels, value)}
    return learn.ModelFnOps(mode, {"value": value}, loss, train_op, metrics)


def own_estimator():
    model = learn.Estimator(model_fn, "model", params={"rate": 0.1})
    model.fit(INPUTS, VALUES, batch_size=25, steps=7)
    model.partial_fit(INPUTS, VALUES)
    model.fit(INPUTS, VALUES, max_steps=10)
    result = model.evaluate(INPUTS, VALUES, batch_size=20)
    print(*["%s %.5f" % each for each in sorted(result.items())])
    print(*["%.5f" % each["value"] for each in model.predict(INPUTS[:3])])
    print(type(model.predict(INPUTS[:3], as_iterable=False)).__name__)


def tuple_of_one_s_own():
    def short_fn(features, labels):
        value = tf.layers.dense(features, 1, name="d", kernel_initializer=tf.zeros_initializer())[
            :, 0
        ]
        loss = tf.losses.mean_squared_error(labels, value)
        step = tf.train.get_global_step()
        return value, loss, tf.train.GradientDescentOptimizer(0.1).minimize(loss, step)

    model = learn.SKCompat(learn.Estimator(short_fn, "model"))
    model.fit(INPUTS, VALUES, steps=4, batch_size=25)
    result = model.score(INPUTS, VALUES, metrics={"rms": tf.metrics.root_mean_squared_error})
    print(*["%s %.5f" % each for each in sorted(result.items())])
    print(*["%.5f" % each for each in model.predict(INPUTS[:3])])


def experiment():
    def input_fn():
        return tf.constant(INPUTS), tf.constant(VALUES)

    def make(output_dir):
        model = learn.Estimator(model_fn, output_dir, params={"rate": 0.1})
        return learn.Experiment(model, input_fn, input_fn, train_steps=5, eval_steps=1)

    result, _ = learn_runner.run(make, "model", schedule="train_and_evaluate")
    print(*["%s %.5f" % each for each in sorted(result.items())])


def validation_monitor():
    monitor = learn.monitors.ValidationMonitor(
        INPUTS, VALUES, every_n_steps=2, early_stopping_rounds=100
    )
    config = learn.RunConfig(save_checkpoints_steps=2, save_checkpoints_secs=None)
    model = learn.Estimator(model_fn, "model", config, {"rate": 0.1})
    model.fit(INPUTS, VALUES, steps=7, monitors=[monitor])
    print(monitor.early_stopped, monitor.best_value is not None)


def vocabulary():
    texts = ["the cat sat", "the dog", "a cat and a DOGHouse's e-mail sat there", ""]
    for frequency in (0, 1):
        processor = VocabularyProcessor(5, min_frequency=frequency)
        print(np.array(list(processor.fit_transform(texts))).tolist())
        print(len(processor.vocabulary_), next(processor.transform(["dog bites cat"])).tolist())
        print(next(processor.reverse([[1, 2, 0]])))
    processor.save("vocabulary")
    again = VocabularyProcessor.restore("vocabulary")
    print(list(again.transform(texts))[2].tolist(), again.max_document_length)
    bytes_of = learn.preprocessing.ByteProcessor(4)
    rows = list(bytes_of.transform(["abc", "abcdef"]))
    print([row.tolist() for row in rows], list(bytes_of.reverse(rows)))
    categories = learn.preprocessing.CategoricalProcessor()
    print([row.tolist() for row in categories.fit_transform([["a", "x"], ["b", float("nan")]])])


def data_sets():
    iris = learn.datasets.load_dataset("iris")
    print(type(iris).__name__, iris._fields, iris.data.shape, iris.target.dtype.kind)
    print(iris.data[50].tolist(), iris.target[[0, 50, 149]].tolist(), "%.4f" % iris.data.mean())
    with open("table.csv", "w") as file:
        file.write("2,2,a,b\n1,2,0\n3,4,1\n")
    found = base.load_csv_with_header("table.csv", target_dtype=np.int32, features_dtype=np.float32)
    print(found.data.tolist(), found.target.tolist(), found.data.dtype, found.target.dtype)
    base.shrink_csv("table.csv", 2)
    with open("table_small.csv") as file:
        print(file.read().split())


CASES = {
    each.__name__: each
    for each in (
        data_sets,
        dnn_classifier,
        dnn_classifier_of_three,
        dnn_regressor,
        experiment,
        linear_classifier,
        linear_regressor,
        own_estimator,
        tuple_of_one_s_own,
        validation_monitor,
        vocabulary,
    )
}
if __name__ == "__main__":
    run(CASES, sys.argv[1:])
