"""`tensorflow.contrib.layers`."""

from typing import Any

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.layers", real="tf_slim.layers")

_ENCODERS = "=tensorflow.contrib.layers.python.layers.encoders"
_COLUMNS = "=tensorflow.contrib.layers.python.layers.feature_column"

TABLE.names(
    {
        each: f"{_ENCODERS}.{each}"
        for each in (
            "bow_encoder",
            "embed_sequence",
            "embedding_lookup_unique",
            "safe_embedding_lookup_sparse",
        )
    }
)
TABLE.names(
    {
        each: f"{_COLUMNS}.{each}"
        for each in (
            "bucketized_column",
            "create_feature_spec_for_parsing",
            "crossed_column",
            "embedding_column",
            "infer_real_valued_columns",
            "input_from_feature_columns",
            "one_hot_column",
            "parse_feature_columns_from_examples",
            "real_valued_column",
            "shared_embedding_columns",
            "sparse_column_with_hash_bucket",
            "sparse_column_with_integerized_feature",
            "sparse_column_with_keys",
            "sparse_column_with_vocabulary_file",
            "weighted_sparse_column",
            "weighted_sum_from_feature_columns",
        )
    },
    note="a column of tf.feature_column",
)
TABLE.gone(
    "check_feature_columns",
    "joint_weighted_sum_from_feature_columns",
    "make_place_holder_tensors_for_base_features",
    "parse_feature_columns_from_sequence_examples",
    "sequence_input_from_feature_columns",
    "transform_features",
    note="use tf.feature_column.input_layer, or tf.feature_column.linear_model",
)
TABLE.gone(
    "hashed_embedding_column",
    "scattered_embedding_column",
    note="its kernel is not in TensorFlow 2; use tf.feature_column.embedding_column",
)
TABLE.gone(
    "binary_svm_target",
    "multi_class_target",
    "regression_target",
    note="heads took the place of targets in 1.0; use tf.estimator's estimators",
)


def _of_collection(collection: str) -> Any:
    """`summarize_collection` of one collection."""

    def summarize(name_filter: str | None = None, summarizer: Any = None) -> Any:
        from tf_slim.layers import summaries

        return summaries.summarize_collection(
            collection, name_filter, summarizer or summaries.summarize_tensor
        )

    return summarize


for _name, _collection in (
    ("summarize_biases", "biases"),
    ("summarize_variables", "variables"),
    ("summarize_weights", "weights"),
):
    TABLE.value(_name, _of_collection(_collection), until="1.0")
