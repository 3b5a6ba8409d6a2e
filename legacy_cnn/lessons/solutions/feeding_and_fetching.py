from legacy_cnn import vocabulary


def without(session, ends, images, unit):
    fc = session.graph.get_tensor_by_name(vocabulary.LAYERS["fc"] + ":0")
    values = session.run(fc, {ends.x: images})
    values[:, unit] = 0
    return session.run(ends.prediction, {fc: values, ends.keep_prob: 1.0})
