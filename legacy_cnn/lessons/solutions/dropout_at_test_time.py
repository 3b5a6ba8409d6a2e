import numpy as np


def dropout_is_on(predict, image):
    copies = np.tile(image, (8, 1))
    logits = np.concatenate([predict(copies), predict(copies)])
    return not np.allclose(logits, logits[0], rtol=1e-3, atol=1e-3)
