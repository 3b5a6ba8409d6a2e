"""Mistakes in the optimizer."""

import keras
from keras import optimizers

from mutants.parts import Mutant, adam, conv1, eager_port, keras_port


class ByHand(optimizers.Optimizer):
    """Adam as the paper has it, with epsilon beside the corrected root."""

    def __init__(self):
        super().__init__(learning_rate=0.001)

    def build(self, variables):
        super().build(variables)
        self.learnt = variables
        self.m = [self.add_variable_from_reference(each, "momentum") for each in variables]
        self.v = [self.add_variable_from_reference(each, "velocity") for each in variables]

    def update_step(self, gradient, variable, learning_rate):
        at = next(at for at, each in enumerate(self.learnt) if each is variable)
        m, v = self.m[at], self.v[at]
        m.assign(0.9 * m + 0.1 * gradient)
        v.assign(0.999 * v + 0.001 * gradient**2)
        m, v = self.corrected(m, v)
        variable.assign_sub(learning_rate * m / (keras.ops.sqrt(v) + 1e-8))

    def corrected(self, m, v):
        step = keras.ops.cast(self.iterations + 1, "float32")
        return m / (1 - 0.9**step), v / (1 - 0.999**step)


class Uncorrected(ByHand):
    """Adam without its bias correction."""

    def corrected(self, m, v):
        return m, v


def update(name, what, optimizer, tensor="W_conv1", cause=""):
    return Mutant(name, what, lambda: keras_port(optimizer()), "update", tensor, cause)


MUTANTS = (
    update(
        "adam-epsilon",
        "Epsilon is Keras' 1e-7.",
        lambda: adam(epsilon=1e-7),
        "W_conv2",
        "the epsilon is 1e-07 instead of 1e-08",
    ),
    Mutant(
        "eager-adam-of-the-paper",
        "Adam is written by hand, with epsilon as in the paper.",
        lambda: eager_port(ByHand()),
        "update",
        "W_conv2",
    ),
    update(
        "adam-betas-swapped",
        "The two betas are swapped.",
        lambda: adam(beta_1=0.999, beta_2=0.9),
        "m of W_conv1",
        "the beta_1 is 0.999 instead of 0.9 and the beta_2 is 0.9 instead of 0.999",
    ),
    Mutant(
        "eager-adam-uncorrected",
        "Adam is written by hand, without bias correction.",
        lambda: eager_port(Uncorrected()),
        "update",
        "W_conv1",
        "the moments are not corrected for their bias",
    ),
    update(
        "adam-rate",
        "The learning rate is 0.01.",
        lambda: adam(learning_rate=0.01),
        cause="the learning rate is 0.01 instead of 0.001",
    ),
    update(
        "adamw",
        "The optimizer is AdamW, with weight decay.",
        lambda: optimizers.AdamW(0.001, epsilon=1e-8),
        cause="a step takes 0.004 times the learning rate off each weight (weight decay)",
    ),
    update(
        "weight-decay",
        "The weights decay slightly.",
        lambda: adam(weight_decay=3.5e-5),
        "no gradient: W_conv1",
    ),
    update(
        "clip-norm",
        "Each gradient's norm is clipped.",
        lambda: adam(clipnorm=1.0),
        "m of W_conv1",
        "gradients are clipped by the norm of each at 1; the reference clips none",
    ),
    update(
        "clip-value",
        "Gradients are clipped to 0.5.",
        lambda: adam(clipvalue=0.5),
        "m of W_conv1",
        "gradients are clipped by value at 0.5; the reference clips none",
    ),
    update(
        "clip-far-away",
        "The global gradient norm is clipped, at a bound it rarely reaches.",
        lambda: adam(global_clipnorm=1e6),
        "probe: m of W_conv1",
        "gradients are clipped by global norm at 1e+06; the reference clips none",
    ),
    update(
        "rate-decays",
        "The learning rate is lowered after each epoch.",
        lambda: adam(
            learning_rate=optimizers.schedules.ExponentialDecay(0.001, 430, 0.95, staircase=True)
        ),
        "after 1,000 steps: W_conv1",
        "the learning rate is 0.0009025 after 1,001 steps; the reference's is still 0.001",
    ),
    update(
        "amsgrad",
        "The optimizer is AMSGrad.",
        lambda: adam(amsgrad=True),
        "probe: W_conv1",
        "the optimizer is Adam with amsgrad",
    ),
    update(
        "nadam",
        "The optimizer is Nadam.",
        lambda: optimizers.Nadam(0.001, epsilon=1e-8),
        "W_conv1",
        "the optimizer is",
    ),
    update(
        "rmsprop",
        "The optimizer is RMSprop.",
        lambda: optimizers.RMSprop(0.001),
        "v of W_conv1",
        "the optimizer is",
    ),
    update(
        "sgd",
        "The optimizer is gradient descent.",
        lambda: optimizers.SGD(0.001),
        cause="the optimizer is SGD instead of Adam",  # which has no slots
    ),
    update(
        "lion",
        "The optimizer is Lion.",
        lambda: optimizers.Lion(0.001),
        "m of W_conv1",
        "the optimizer is",
    ),
    update(
        "moving-average",
        "The weights are replaced by their moving average.",
        lambda: adam(use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=1),
        "probe: W_conv1",
    ),
    update(
        "accumulated",
        "Gradients are accumulated over two steps.",
        lambda: adam(gradient_accumulation_steps=2),
        cause="a step applies the mean of the gradients of two batches, every other step none",
    ),
    Mutant(
        "kernel-constrained",
        "The norm of the first kernel is limited to 3.",
        lambda: keras_port(conv1=conv1(kernel_constraint=keras.constraints.MaxNorm(3))),
        "update",
        "W_conv1",
    ),
)
