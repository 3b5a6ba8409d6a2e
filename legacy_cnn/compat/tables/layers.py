"""`tensorflow.layers` and `tensorflow.python.layers`."""

from legacy_cnn.compat.keras_effects import count_layers
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.layers", real="tf_keras.api._v1.keras.__internal__.legacy.layers")

TABLE.names({"Input": "tf_keras.api._v1.keras.Input"}, until="1.4")
TABLE.names({"Network": "tf_keras.api._v1.keras.Model"}, until="1.4")

count_layers()
