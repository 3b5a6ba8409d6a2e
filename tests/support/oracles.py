"""The tutorial's arithmetic in NumPy and float64, written from the definitions."""

import numpy as np


def conv_same(x, w):
    """Cross-correlation with zero padding, stride 1: `(N, H, W, C)` by `(h, w, C, D)`, odd h, w."""
    height, width = w.shape[:2]
    top, left = height // 2, width // 2
    padded = np.pad(x, ((0, 0), (top, top), (left, left), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(1, 2))
    return np.einsum("nijchw,hwcd->nijd", windows, w)


def max_pool(x):
    """The greatest of each 2 x 2 pixels: `(N, H, W, C)` to `(N, H/2, W/2, C)`, H, W even."""
    count, height, width, channels = x.shape
    blocks = x.reshape(count, height // 2, 2, width // 2, 2, channels)
    return blocks.max(axis=(2, 4))


def relu(x):
    return np.maximum(x, 0)


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropy(logits, labels):
    """Mean over the rows; `labels` one-hot."""
    return -(labels * log_softmax(logits)).sum(axis=1).mean()


def forward(weights, images, noise, keep_prob):
    """Every layer of the vocabulary but the loss, from images `(N, 784)`."""
    conv1 = relu(conv_same(images.reshape(-1, 28, 28, 1), weights["W_conv1"]) + weights["b_conv1"])
    pool1 = max_pool(conv1)
    conv2 = relu(conv_same(pool1, weights["W_conv2"]) + weights["b_conv2"])
    pool2 = max_pool(conv2)
    fc = relu(pool2.reshape(-1, 3136) @ weights["W_fc"] + weights["b_fc"])
    fc_dropped = np.where(noise >= 1 - keep_prob, fc / keep_prob, 0)
    logits = fc_dropped @ weights["out_W"] + weights["out_b"]
    return {
        "conv1": conv1, "pool1": pool1, "conv2": conv2, "pool2": pool2,
        "fc": fc, "fc_dropped": fc_dropped, "logits": logits,
    }  # fmt: skip


def adam(value, gradients, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """`value` after one step for each of `gradients`, as in Kingma and Ba (2015), section 2, with
    the order of the last paragraph there ("epsilon hat"), which is TensorFlow 1's."""
    m = v = np.zeros_like(value)
    for t, gradient in enumerate(gradients, 1):
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient**2
        corrected = rate * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        value = value - corrected * m / (np.sqrt(v) + epsilon)
    return value
