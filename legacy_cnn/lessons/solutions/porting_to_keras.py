import keras
from keras import layers

normal = keras.initializers.RandomNormal(stddev=1.0)
drawn = {"kernel_initializer": normal, "bias_initializer": normal}


def build():
    image = keras.Input((28, 28, 1))
    x = layers.Conv2D(32, 5, padding="same", activation="relu", **drawn)(image)
    x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(64, 5, padding="same", activation="relu", **drawn)(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    x = layers.Dense(1024, activation="relu", **drawn)(x)
    x = layers.Dropout(0.2)(x)
    x = layers.Dense(10, activation="softmax", **drawn)(x)
    model = keras.Model(image, x)
    model.compile(keras.optimizers.Adam(0.001, epsilon=1e-8), "categorical_crossentropy")
    return model
