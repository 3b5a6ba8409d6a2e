"""The random numbers of a run."""

import numpy as np

from legacy_cnn import input_data, randomness


def test_initial_weights_are_standard_normal():
    weights = randomness.initial_weights(5)
    values = weights["W_fc"]
    assert values.shape == (3136, 1024) and values.dtype == np.float32
    assert abs(values.mean()) < 3 / np.sqrt(values.size)
    assert abs(values.std() - 1) < 3 / np.sqrt(values.size)
    again, other = randomness.initial_weights(5), randomness.initial_weights(6)
    assert all(np.array_equal(weights[name], again[name]) for name in weights)
    assert not np.array_equal(weights["b_fc"], other["b_fc"])


def test_noise_is_uniform_and_differs_by_step_stream_and_seed():
    noise = randomness.training_noise(0, 7, 128)
    assert noise.shape == (128, 1024) and noise.dtype == np.float32
    assert noise.min() >= 0 and noise.max() < 1 and abs(noise.mean() - 0.5) < 0.005
    assert np.array_equal(noise, randomness.training_noise(0, 7, 128))
    for other in (
        randomness.training_noise(0, 8, 128),
        randomness.training_noise(1, 7, 128),
        randomness.evaluation_noise(0, 7, 128),
    ):
        assert not np.array_equal(noise, other)


def test_batches_are_the_loaders_and_the_global_generator_is_left_alone(files, global_numpy_state):
    images = files.test_images[:100, ..., None]
    labels = files.test_labels[:100]
    seeded = randomness.SeededDraws.of(3).data_set(images, labels)
    batches = [seeded.next_batch(30) for _ in range(5)]
    state = np.random.get_state()
    loader = input_data.DataSet(images, labels, seed=3)
    for batch, expected in zip(batches, [loader.next_batch(30) for _ in range(5)], strict=True):
        assert all(np.array_equal(*pair) for pair in zip(batch, expected, strict=True))
    np.random.set_state(state)


def test_skipping_is_drawing(files):
    images, labels = files.test_images[:100, ..., None], files.test_labels[:100]
    drawn, skipped = (randomness.SeededDraws.of(3).data_set(images, labels) for _ in range(2))
    for _ in range(7):
        drawn.next_batch(30)
    skipped.skip(7, 30)
    assert np.array_equal(drawn.next_batch(30)[0], skipped.next_batch(30)[0])
