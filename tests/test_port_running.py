"""What `main` of a port does: the script's data, length, and last print."""

import ast
import re
import types

import numpy as np
import pytest
import tensorflow as tf2
import tensorflow.compat.v1 as tf1

from legacy_cnn import mnist
from legacy_cnn.porting.writing import running
from legacy_cnn.porting.writing.running import (
    arrays,
    batches,
    lengths,
    mnist_rows,
    noise_inputs,
    prints,
)
from legacy_cnn.porting.writing.running.data import Data
from legacy_cnn.porting.writing.running.script import Script

pytestmark = pytest.mark.tensorflow


def script(tmp_path, text):
    file = tmp_path / "old.py"
    file.write_text(text, "utf-8")
    return Script([str(file)])


LENGTHS = {
    "for epoch in range(epochs):\n for i in range(n / 100):\n  sess.run([train, cost])": (15, None),
    "for i in xrange(1000):\n train.run(feed_dict=f)": (None, 1000),
    "for e in range(3):\n for i in range(100):\n  s.run(train)": (3, 300),
    "step = 1\nwhile step * 128 < 12800:\n s.run(train)": (None, 99),
    "step = 1\nwhile step * size <= 1000:\n s.run(train)": (None, 100),
    "step = 1\nwhile 100 * step < 1000:\n s.run(train)": (None, 9),
    "step = 0\nwhile step < 1000:\n s.run(train)": (None, 1000),
    "while data.epochs_completed < 5:\n s.run(train)": (5, None),
    "def fit(s):\n s.run(train)\nfor epoch in range(FLAGS.rounds):\n fit(1)": (7, None),
    "for x in numbers:\n print(x)": (None, None),
    "model.train(input_fn, steps=size * 20)\nmodel.evaluate(other, steps=3)": (None, 200),
    "for e in range(4):\n model.fit(x, y, steps=50)": (None, 200),
    "for e in range(4):\n model.train(data, steps=None, max_steps=50)": (None, 50),
    "for e in range(2):\n for i in range(len(trainable)):\n  s.run(train)": (2, None),
    "data = data.shuffle(100).repeat(epochs).batch(10)": (15, None),
    "tf.estimator.inputs.numpy_input_fn(x, y, num_epochs=3)": (3, None),
    "for i in range(start, 40):\n s.run(train)": (None, 40),
    "for e in range(3):\n for i in range(mnist.train.num_examples // 100):\n  s.run(train)": (
        3,
        1650,
    ),
    "for i in range(4):\n for a, b in zip(range(0, len(trX), 128), range(128, len(trX) + 1, 128)):"
    "\n  s.run(train)": (4, 4 * 429),
}


@pytest.mark.parametrize(("text", "expected"), LENGTHS.items())
def test_the_loops_around_the_training_step_tell_its_length(text, expected, tmp_path):
    head = "flags.DEFINE_integer('rounds', 7, 'how many')\nepochs, size = 5 * 3, 10\n"
    source = script(tmp_path, head + text)
    source.learn_examples(55000)
    found = lengths.length_of(source, ["train"])
    assert (found.epochs, found.steps) == expected


Length, Schedule = lengths.Length, batches.Schedule

#: What a script does with 55,000 images -> what `fit` does.
SCHEDULES = {
    "epochs, and nothing else is known": (Length(5), 100, Schedule(5)),
    "whole epochs": (Length(5, 5 * 550), 100, Schedule(5)),
    "the last batch of each is left out": (Length(5, 5 * 429), 128, Schedule(5, drops=True)),
    "all batches of each": (Length(5, 5 * 430), 128, Schedule(5)),
    "some steps of each": (Length(5, 500), 100, Schedule(5, 100, repeats=True)),
    "steps that are whole epochs": (Length(None, 1100), 100, Schedule(2)),
    "fewer than one epoch": (Length(None, 100), 100, Schedule(1, 100)),
    "one epoch without its last batch": (Length(None, 429), 128, Schedule(1, 429)),
    "other steps": (Length(None, 1000), 100, Schedule(1, 1000, repeats=True)),
    "steps that are shown": (Length(None, 1000, None, 50), 100, Schedule(20, 50, repeats=True)),
}


@pytest.mark.parametrize(("length", "size", "expected"), SCHEDULES.values(), ids=SCHEDULES)
def test_fit_takes_as_many_steps_as_the_script(length, size, expected):
    assert batches.schedule_of(Data([], batch_size=size, examples=55000), length) == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (Length(), Schedule(1, 550, repeats=True)),
        (Length(3), Schedule(3, 550, repeats=True)),
        (Length(None, 1100), Schedule(2, 550, repeats=True)),
    ],
)
def test_batches_with_noise_have_no_end(length, expected):
    data = Data([], batch_size=100, examples=55000, noise=[])
    assert batches.schedule_of(data, length) == expected


def test_a_network_that_takes_several_steps_in_a_turn_is_not_counted_twice():
    several = ["d"] * 5 + ["g"]
    counted = running._without_turns(Length(1000, 5000, inner=5), several)
    assert counted == Length(None, 1000, inner=5)
    assert running._without_turns(Length(10, 2750, inner=5), several).steps == 550
    assert running._without_turns(Length(10, 5000), ["d", "g"]) == Length(10, 5000)
    assert running._without_turns(Length(10, 5000, inner=500), several).steps == 5000


PRINTS = {
    "print('Accuracy:', accuracy.eval(feed))": 'print("Accuracy:", accuracy)',
    "print('test accuracy %g' % accuracy.eval(feed))": 'print(f"test accuracy {accuracy:g}")',
    "print('Accuracy: %.1f%%' % a)": 'print(f"Accuracy: {100 * accuracy:.1f}%")',
    "print('{0:.2%} accuracy'.format(a))": 'print(f"{accuracy:.2%} accuracy")',
    "print(sess.run(accuracy))": "print(accuracy)",
    "print 'Accuracy', a": 'print("Accuracy", accuracy)',
    "print 'accuracy of %d %%' % a": 'print(f"accuracy of {100 * accuracy} %")',
    "print('step %d, accuracy %g' % (i, a))": 'print("accuracy:", accuracy)',
    "print(accuracy_of)\nfor i in a:\n    print('accuracy', 1)": "print(accuracy)",
}


@pytest.mark.parametrize(("text", "expected"), PRINTS.items())
def test_the_last_print_is_the_scripts(text, expected, tmp_path):
    words = re.compile("accura", re.IGNORECASE)
    written, _ = prints.last(script(tmp_path, text), words, "accuracy")
    assert written == expected and ast.parse(written)


def test_a_print_about_training_is_not_that_of_the_test(tmp_path):
    said = script(tmp_path, "print('training cost', a)\nprint('cost of training: %f' % a)")
    assert prints.last(said, prints.words(False, True), "loss") == ('print("loss:", loss)', None)
    of_training, _ = prints.last(said, prints.words(False, False), "loss")
    assert of_training == 'print(f"cost of training: {loss:f}")'


@pytest.mark.parametrize(
    "text", ["best accuracy %g", "Max. test accuracy: %g", "so far: accuracy %g"]
)
def test_a_number_of_several_is_none_that_evaluate_returns(tmp_path, text):
    said = script(tmp_path, f'print("{text}" % a)')
    assert prints.last(said, prints.words(True, True), "accuracy")[1] is None


def side(x, y, steps=2):
    graph = tf1.Graph()
    with graph.as_default():
        inputs = [tf1.placeholder(x.dtype, [None, *x.shape[1:]], name="x")]
        targets = [tf1.placeholder(y.dtype, [None, *y.shape[1:]], name="y")]
    size = len(x) // steps
    given = [{"x:0": x[at : at + size], "y:0": y[at : at + size]} for at in range(0, len(x), size)]
    recorded = types.SimpleNamespace(
        given=given, steps_with=lambda names: [one for one in given if set(names) <= set(one)]
    )
    return types.SimpleNamespace(inputs=inputs, targets=targets, recorded=recorded)


def loaded(data, folder):
    """What the port's own functions return."""
    text = "\n\n".join("\n".join(line.text for line in part) for part in data.definitions)
    if data.arrays:
        np.savez(folder / arrays.FILE, **data.arrays)
    import pathlib

    import keras

    names = {"np": np, "mnist": mnist, "keras": keras, "Path": pathlib.Path}
    exec(text, {**names, "__file__": str(folder / "port.py")}, names)
    names["load_data"].__globals__.update(names)
    return names["load_data"]()


@pytest.mark.parametrize("low", [0.0, -1.0])
def test_mnist_is_known_by_its_pixels(low, tmp_path):
    files, chosen = mnist.load(), np.array([7, 30000, 59999, 5])
    x = np.float32(files.train_images[chosen, ..., None] / 255 * (1 - low) + low)
    fed = side(x, np.eye(10)[files.train_labels[chosen]])
    data = mnist_rows.data_of(fed, script(tmp_path, ""), True)
    assert data.examples == 60000 and data.batch_size == 2 and data.shuffles
    (x_train, y_train), (x_test, y_test) = loaded(data, tmp_path)
    np.testing.assert_allclose(x_train[chosen], x, atol=1e-6)
    assert y_train.shape == (60000, 10) and x_test.shape == (10000, 28, 28, 1) and len(y_test)
    fed = side(x + 0.1 * np.linspace(0, 1, x.size, dtype="f").reshape(x.shape), y_train[:4])
    assert mnist_rows.data_of(fed, script(tmp_path, ""), True) is None


LOADERS = {
    "read_data_sets('MNIST_data')": 55000,
    "learn.datasets.load_dataset('mnist')": 55000,
    "learn.datasets.load_dataset('iris')": 60000,
}


@pytest.mark.parametrize(("text", "examples"), LOADERS.items())
def test_the_tutorials_loader_keeps_images_for_validation(text, examples, tmp_path):
    images = mnist.load().train_images[[7000, 30000]] / 255
    fed = side(np.float32(images), mnist.load().train_labels[[7000, 30000]], steps=1)
    assert mnist_rows.data_of(fed, script(tmp_path, text), True).examples == examples


def test_what_is_fed_in_each_step_is_all_of_the_data(tmp_path):
    x, y = np.float32([[0, 0], [0, 1], [1, 0.1]] * 2), np.int32([0, 1, 1] * 2)
    data = arrays.data_of(side(x, y), True)
    assert data.is_whole and not data.arrays
    for found, given in zip(loaded(data, tmp_path), (x[:3], y[:3]), strict=True):
        np.testing.assert_array_equal(found, given)
    sample = arrays.data_of(
        side(np.float32(range(200)).reshape(100, 2), np.int32(range(100))), True
    )
    assert not sample.is_whole and sample.batch_size == 50
    assert [each.shape for each in loaded(sample, tmp_path)] == [(100, 2), (100,)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for i in range(9):\n print(s.run(cost, {x: mnist.test.images}))", "test"),
        ("for i in range(9):\n print(accuracy.eval({x: mnist.validation.images}))", "validation"),
        ("for i in range(9):\n s.run(train)\nprint(s.run(cost, {x: mnist.test.images}))", ""),
        ("for i in range(9):\n s.run(best, {x: latest[i]})", ""),
    ],
)
def test_what_is_evaluated_while_it_trains(text, expected, tmp_path):
    assert lengths.tested_on(script(tmp_path, text)) == expected


def test_the_seed_and_what_is_shown_are_the_scripts(tmp_path):
    text = "tf.set_random_seed(7 * 111)\nfor i in range(60):\n s.run(train)\n if i % 20 == 0: p()"
    said = script(tmp_path, text)
    assert (said.seed(), lengths.length_of(said, ["train"]).shown) == (777, 20)


RNG = np.random.default_rng(0)
NOISE = {
    "tf.random.normal((tf.shape(x)[0], 30))": RNG.normal(size=(100, 30)),
    "tf.random.normal((tf.shape(x)[0], 30), stddev=0.2)": RNG.normal(0, 0.2, (100, 30)),
    "tf.random.uniform((tf.shape(x)[0], 3, 10))": RNG.random((100, 3, 10)),
    "tf.random.uniform((tf.shape(x)[0], 30), -1.0, 1.0)": RNG.uniform(-1, 1, (100, 30)),
    "": RNG.random((100, 30)) > 0.5,
}


@pytest.mark.parametrize(("text", "values"), NOISE.items())
def test_noise_is_known_by_its_moments(text, values):
    assert noise_inputs.drawn(values.astype(np.float32)) == text


@pytest.mark.parametrize("is_labelled", [False, True])
def test_images_with_noise_are_batches_with_new_noise(is_labelled, tmp_path):
    files, chosen = mnist.load(), np.arange(7000, 7200, 2)
    x = np.float32(files.train_images[chosen].reshape(100, 784) / 255)
    inputs = [x, np.float32(np.random.default_rng(1).uniform(-1, 1, (100, 20)))]
    inputs += [np.eye(10, dtype="f")[files.train_labels[chosen]]] * is_labelled
    graph = tf1.Graph()
    with graph.as_default():
        given = {f"in{n}:0": one for n, one in enumerate(inputs)}
        named = [tf1.placeholder(one.dtype, (None, *one.shape[1:]), f"in{n}")
                 for n, one in enumerate(inputs)]  # fmt: skip
    recorded = types.SimpleNamespace(given=[given], steps_with=lambda names: [given])
    fed = types.SimpleNamespace(inputs=named, targets=[], recorded=recorded)
    data = mnist_rows.data_of(fed, script(tmp_path, "read_data_sets('x')"), False)
    schedule = batches.schedule_of(data, Length(2))
    names = ["x", "y"][: 1 + is_labelled]
    lines = [*data.noise, *batches.definition(schedule, data, names)]
    made = {}
    exec("\n".join(line.text for line in lines), {"tf": tf2}, made)
    made["batches"].__globals__.update(made)
    arrays_ = [x, inputs[-1]][: 1 + is_labelled]
    (first,), (second,) = made["batches"](*arrays_).take(2)
    assert [one.shape for one in first] == [one.shape for one in inputs]
    assert not np.array_equal(first[1], second[1])
    assert data.takes_labels == is_labelled and data.shuffles
