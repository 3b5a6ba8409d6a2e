"""`tensorflow.contrib.layers`' embeddings of sequences, from its encoders and embedding_ops."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.layers.python.layers.encoders")

TABLE.names({"safe_embedding_lookup_sparse": "tf.nn.safe_embedding_lookup_sparse"})
TABLE.gone(
    "embedding_lookup_sparse_with_distributed_aggregation",
    "hashed_embedding_lookup",
    "hashed_embedding_lookup_sparse",
    "scattered_embedding_lookup",
    "scattered_embedding_lookup_sparse",
    note="its kernel is not in TensorFlow 2; use tf.nn.embedding_lookup_sparse",
)


@TABLE.serves()
def bow_encoder(
    ids: Any,
    vocab_size: int,
    embed_dim: int,
    sparse_lookup: bool = True,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: bool | None = None,
) -> tf.Tensor:
    """The mean of the embeddings of each row's symbols; padding (0) counts unless sparse."""
    if not vocab_size or not embed_dim:
        raise ValueError("Must specify vocab size and embedding dimension")
    with tf.variable_scope(scope, "bow_encoder", [ids], reuse=reuse):
        shape = [vocab_size, embed_dim]
        embeddings = _embeddings(shape, initializer, regularizer, trainable)
        if sparse_lookup:
            if not isinstance(ids, tf.SparseTensor):
                ids = _without_zeros(ids)
            return tf.nn.safe_embedding_lookup_sparse(
                [embeddings], ids, combiner="mean", default_id=0
            )
        if isinstance(ids, tf.SparseTensor):
            raise TypeError("ids are expected to be dense Tensor, got: %s", ids)
        return tf.reduce_mean(tf.nn.embedding_lookup(embeddings, ids), axis=1)


@TABLE.serves()
def embed_sequence(
    ids: Any,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Any = None,
    regularizer: Callable[[Any], Any] | None = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: bool | None = None,
) -> tf.Tensor:
    """The embedding of each symbol."""
    if not (reuse or (vocab_size and embed_dim)):
        raise ValueError(
            "Must specify vocab size and embedding dimension when not reusing. "
            f"Got vocab_size={vocab_size} and embed_dim={embed_dim}"
        )
    with tf.variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        shape = None if vocab_size is None or embed_dim is None else [vocab_size, embed_dim]
        embeddings = _embeddings(shape, initializer, regularizer, trainable)
        lookup = embedding_lookup_unique if unique else tf.nn.embedding_lookup
        return lookup(embeddings, ids)


@TABLE.serves()
def embedding_lookup_unique(
    params: Any, ids: Any, partition_strategy: str = "mod", name: str | None = None
) -> tf.Tensor:
    """`tf.nn.embedding_lookup` that looks each symbol up once."""
    with tf.name_scope(name, "EmbeddingLookupUnique", [params, ids]):
        ids = tf.convert_to_tensor(ids)
        symbols, index = tf.unique(tf.reshape(ids, [-1]))
        embedded = tf.nn.embedding_lookup(params, symbols, partition_strategy)
        shape = tf.concat([tf.shape(ids), tf.shape(embedded)[1:]], 0)
        result = tf.reshape(tf.gather(embedded, index), shape)
        result.set_shape(ids.shape.concatenate(embedded.shape[1:]))
        return result


def _embeddings(shape: Any, initializer: Any, regularizer: Any, trainable: bool) -> Any:
    """The variable of embeddings, which is one of the model's."""
    from tf_slim.ops.variables import model_variable

    return model_variable(
        "embeddings",
        shape=shape,
        initializer=initializer,
        regularizer=regularizer,
        trainable=trainable,
    )


def _without_zeros(ids: Any) -> tf.SparseTensor:
    """The symbols that are not padding, or not the empty string, as a sparse tensor."""
    ids = tf.convert_to_tensor(ids)
    padding = "" if ids.dtype == tf.string else tf.zeros([], ids.dtype)
    indices = tf.where(tf.not_equal(ids, padding))
    return tf.SparseTensor(indices, tf.gather_nd(ids, indices), tf.shape(ids, out_type=tf.int64))
