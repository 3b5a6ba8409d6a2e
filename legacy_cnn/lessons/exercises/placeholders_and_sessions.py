"""The mean of each image, computed by a session."""

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn.lessons.checking import require
from legacy_cnn.lessons.exercises.watching import sessions

ASKED_FOR = "means"


def check(means):
    with sessions() as seen:
        for count in (3, 1):
            images = np.random.default_rng(count).random((count, 784), np.float32)
            _values(means(images), images)
    require(seen, "No session ran: the values must come from `Session.run`.")
    graph, feeds = seen[-1]
    require(
        all(each is graph for each, _ in seen),
        "Each call has a graph of its own: build it once, and run it for every array of images.",
    )
    placeholders = [each for each in graph.get_operations() if each.type == "Placeholder"]
    require(placeholders, "The graph has no placeholder: the images are a constant of the graph.")
    shape = placeholders[0].outputs[0].shape
    require(
        shape.rank == 2 and shape.as_list() == [None, 784],
        f"The placeholder's shape is {shape}, not (None, 784): None stands for any number of "
        "images.",
    )
    require(feeds, "Nothing was fed: the placeholder must get the images at `run`.")
    return "Right: one graph, fed with three images and then with one."


def _values(found, images):
    require(
        not isinstance(found, tf.Tensor),
        "What came back is a tensor, a name without a value; only `Session.run` gives values.",
    )
    found, count = np.asarray(found), len(images)
    require(
        found.shape != (),
        "One number came back for all images: `reduce_mean` needs `axis=1`, or it takes the mean "
        "over the images, too.",
    )
    require(found.shape == (count,), f"Of {count} images {found.shape} came back, not ({count},).")
    require(
        np.allclose(found, images.mean(1), rtol=1e-4),
        f"The first mean is {found[0]:.4f}, and should be {images[0].mean():.4f}.",
    )
