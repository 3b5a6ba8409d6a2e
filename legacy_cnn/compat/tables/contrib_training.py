"""`tensorflow.contrib.training`: hyperparameters, training operations, evaluation, buckets."""

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.training")

TABLE.names(
    {
        each: f"tf_slim.training.training.{each}"
        for each in (
            "add_gradients_summaries",
            "clip_gradient_norms",
            "clip_gradient_norms_fn",
            "create_train_op",
            "multiply_gradients",
            "train",
        )
    }
)
TABLE.names(
    {
        each: f"tf_slim.training.evaluation.{each}"
        for each in (
            "StopAfterNEvalsHook",
            "SummaryAtEndHook",
            "checkpoints_iterator",
            "evaluate_once",
            "evaluate_repeatedly",
            "get_or_create_eval_step",
            "wait_for_new_checkpoint",
        )
    }
)
TABLE.names(
    {
        "HParams": "=tensorflow.contrib.training.python.training.hparam.HParams",
        "parse_values": "=tensorflow.contrib.training.python.training.hparam.parse_values",
        "bucket": "=tensorflow.contrib.training.python.training.bucket_ops.bucket",
        "bucket_by_sequence_length": (
            "=tensorflow.contrib.training.python.training.bucket_ops.bucket_by_sequence_length"
        ),
    }
)
TABLE.gone(
    "rejection_sample",
    "resample_at_rate",
    "stratified_sample",
    "weighted_resample",
    note="use tf.data.experimental.rejection_resample",
)
TABLE.gone(
    "FeedingQueueRunner",
    "NextQueuedSequenceBatch",
    "SequenceQueueingStateSaver",
    "batch_sequences_with_states",
    note="use tf.data",
)
TABLE.gone(
    "FailureTolerator",
    "Feeder",
    "GreedyLoadBalancingStrategy",
    "HParamDef",
    "RandomStrategy",
    "byte_size_load_fn",
    note="it has no counterpart in TensorFlow 2",
)
