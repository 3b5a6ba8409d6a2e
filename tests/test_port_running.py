"""What `main` of a port does: the script's data, length, and last print."""

import ast
import re
import types

import numpy as np
import pytest
import tensorflow.compat.v1 as tf1

from legacy_cnn import mnist
from legacy_cnn.porting.writing import running
from legacy_cnn.porting.writing.running import arrays, lengths, mnist_rows, prints
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
    "step = 1\nwhile step * 128 < 12800:\n s.run(train)": (None, 100),
    "while data.epochs_completed < 5:\n s.run(train)": (5, None),
    "def fit(s):\n s.run(train)\nfor epoch in range(FLAGS.rounds):\n fit(1)": (7, None),
    "for x in numbers:\n print(x)": (None, None),
    "model.train(input_fn, steps=size * 20)\nmodel.evaluate(other, steps=3)": (None, 200),
    "for e in range(4):\n model.fit(x, y, max_steps=50)": (None, 200),
    "data = data.shuffle(100).repeat(epochs).batch(10)": (15, None),
    "tf.estimator.inputs.numpy_input_fn(x, y, num_epochs=3)": (3, None),
}


@pytest.mark.parametrize(("text", "expected"), LENGTHS.items())
def test_the_loops_around_the_training_step_tell_its_length(text, expected, tmp_path):
    head = "flags.DEFINE_integer('rounds', 7, 'how many')\nepochs, size = 5 * 3, 10\n"
    found = lengths.length_of(script(tmp_path, head + text), ["train"])
    assert (found.epochs, found.steps) == expected


def test_steps_become_epochs():
    for steps, expected in {
        1000: (2, None, "the script takes 1,000 steps"),
        100: (1, 100, ""),
    }.items():
        run = running.Run(batch_size=100)
        data = Data([], batch_size=100, examples=55000)
        running.count_epochs(run, data, lengths.Length(steps=steps))
        assert (run.epochs, run.steps, run.note) == expected


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
