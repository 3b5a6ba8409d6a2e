"""Which file has the rows of which module of Keras, in all spellings of `keras`."""

_SPELLINGS = (
    "keras",
    "tensorflow.contrib.keras",
    "tensorflow.contrib.keras.api.keras",
    "tensorflow.contrib.keras.python.keras",
    "tensorflow.keras",
    "tensorflow.python.keras",
)

_LAYERS = (
    "advanced_activations",
    "convolutional",
    "convolutional_recurrent",
    "core",
    "embeddings",
    "local",
    "merge",
    "noise",
    "normalization",
    "pooling",
    "recurrent",
    "wrappers",
)
_UTILS = ("data_utils", "generic_utils", "layer_utils", "np_utils", "vis_utils")
_ENGINE = ("base_layer", "topology", "training")

_BELOW = {
    "": "keras",
    ".backend": "keras_modules.BACKEND",
    ".backend.tensorflow_backend": "keras_modules.BACKEND",
    ".datasets": "keras_modules.DATASETS",
    ".datasets.mnist": "keras.MNIST",
    ".engine": "keras_modules.ENGINE",
    **{f".engine.{each}": "keras_modules.ENGINE" for each in _ENGINE},
    ".layers": "keras_layers",
    **{f".layers.{each}": "keras_layers" for each in _LAYERS},
    ".models": "keras.MODELS",
    ".utils": "keras_modules.UTILS",
    **{f".utils.{each}": "keras_modules.UTILS" for each in _UTILS},
}

FILES = {spelling + below: file for spelling in _SPELLINGS for below, file in _BELOW.items()}
