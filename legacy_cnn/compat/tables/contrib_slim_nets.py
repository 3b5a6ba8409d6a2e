"""`tensorflow.contrib.slim.nets`: AlexNet, VGG, Inception, ResNet."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.slim.nets", real="tf_slim.nets")
