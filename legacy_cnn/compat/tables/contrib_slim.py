"""`tensorflow.contrib.slim`: layers, and all around them."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.slim", real="tf_slim")

TABLE.names(
    {
        each: f"=tensorflow.contrib.layers.{each}"
        for each in (
            "bow_encoder",
            "embed_sequence",
            "embedding_lookup_unique",
            "real_valued_column",
            "safe_embedding_lookup_sparse",
            "sparse_column_with_hash_bucket",
        )
    }
)
# One collection of losses is there under both names.
TABLE.names({"losses": "=tensorflow.contrib.losses", "metrics": "=tensorflow.contrib.metrics"})
