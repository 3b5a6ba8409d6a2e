"""The moving variance of TensorFlow 1's fused normalisation, which divides by n - 1."""

from legacy_cnn.porting.writing.lines import Line

#: What the class is called.
NAME = "FusedBatchNormalization"

_TEXT = '''class FusedBatchNormalization(layers.BatchNormalization):
    """Keeps a moving average of the unbiased variance (n - 1), as TensorFlow 1 does."""

    def call(self, inputs, training=None, mask=None):
        kept = self.momentum * self.moving_variance
        outputs = super().call(inputs, training=training, mask=mask)
        if training:
            shape = ops.shape(inputs)
            count = ops.cast(ops.prod(shape) // shape[self.axis], kept.dtype)
            self.moving_variance.assign_add((self.moving_variance - kept) / (count - 1))
        return outputs'''


def lines() -> list[Line]:
    """A class; Keras' own moving variance follows the variance that divides by n."""
    return [Line(line) for line in _TEXT.splitlines()]
