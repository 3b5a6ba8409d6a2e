import keras
from keras import layers


def build():
    x = keras.Input((4,))
    hidden = layers.Dense(
        8,
        activation="relu",
        kernel_initializer=keras.initializers.TruncatedNormal(stddev=0.1),
        bias_initializer=keras.initializers.Constant(0.1),
        kernel_regularizer=keras.regularizers.L2(0.005),
    )(x)
    logits = layers.Dense(3, use_bias=False, kernel_initializer="zeros")(hidden)
    model = keras.Model(x, logits)
    model.compile(
        optimizer=keras.optimizers.Adam(0.01, epsilon=1e-8),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
    )
    return model
