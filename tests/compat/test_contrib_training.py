"""`tensorflow.contrib.training`."""

import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def training(old):
    return old.contrib.training


def test_hyperparameters_are_read_from_a_text(training):
    params = training.HParams(a=1, b=0.5, c="x", d=True, e=[1, 2], f=[0.5])
    assert params.parse("a=3,b=2,c=hello there,d=false,e=[4,5,6],f=[1,2.5]") is params
    assert str(params) == "a=3,b=2.0,c=hello there,d=False,e=[4, 5, 6],f=[1.0, 2.5]"
    assert (params.get("a"), params.get("g", 7), "a" in params) == (3, 7, True)
    assert training.HParams(a=1).to_json() == '{"a": 1}'
    assert training.HParams(a=1).parse_json('{"a": 2}').values() == {"a": 2}
    assert repr(training.HParams(b=1, a=2)) == "HParams([('a', 2), ('b', 1)])"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a=x", "Could not parse hparam 'a' of type 'int' with value 'x' in a=x"),
        ("q=1", "Unknown hyperparameter type for q"),
        ("a=1,a=2", "Multiple assignments to variable 'a' in a=1,a=2"),
        ("a=[1]", "Must not pass a list for single-valued parameter: a"),
        ("e=1", "Must pass a list for multi-valued parameter: e."),
        ("=", "Malformed hyperparameter value: ="),
    ],
)
def test_hyperparameters_that_are_wrong(training, text, message):
    with pytest.raises(ValueError) as caught:
        training.HParams(a=1, e=[1]).parse(text)
    assert str(caught.value) == message


def test_hyperparameters_keep_their_types(training):
    params = training.HParams(a=1, b=0.5, d=True)
    params.set_hparam("b", 3)
    assert isinstance(params.b, float) and params.b == 3
    for name, value in (("a", 2.5), ("a", True), ("d", 1)):
        with pytest.raises(ValueError, match="Could not cast hparam"):
            params.set_hparam(name, value)
    with pytest.raises(ValueError, match="name is reserved: values"):
        training.HParams(values=1)
    with pytest.raises(ValueError, match="cannot be empty"):
        training.HParams(a=[])
    params.del_hparam("a")
    assert "a" not in params
    params.add_hparam("z", None)
    params.override_from_dict({"z": 4})
    assert params.set_from_map({"z": 5}).z == 5
    params.set_model_structure("net")
    assert params.get_model_structure() == "net"


def test_parse_values(training):
    kinds = {"a": int, "b": float}
    assert training.parse_values("a[1]=2,a[0]=3,b=1", kinds) == {"a": {1: 2, 0: 3}, "b": 1}
    assert training.parse_values("x=1", {}, ignore_unknown=True) == {}


@pytest.mark.parametrize("kind", [list, dict])
def test_buckets_batch_what_is_as_long(old, training, kind):
    length = old.train.range_input_producer(8, shuffle=False, num_epochs=1).dequeue() + 1
    tensors = {"number": length, "row": old.range(length)}
    lengths, batch = training.bucket_by_sequence_length(
        length,
        tensors if kind is dict else list(tensors.values()),
        batch_size=2,
        bucket_boundaries=[3, 6],
        dynamic_pad=True,
    )
    number, row = batch.values() if kind is dict else batch
    assert type(batch) is kind
    assert lengths.shape.as_list() == [2] and row.shape.as_list() == [2, None]
    found = []
    with old.Session() as session:
        session.run(old.local_variables_initializer())
        coordinator = old.train.Coordinator()
        threads = old.train.start_queue_runners(session, coordinator)
        with pytest.raises(old.errors.OutOfRangeError):
            while True:
                found.append([each.tolist() for each in session.run([lengths, number, row])])
        coordinator.request_stop()
        coordinator.join(threads)
    assert sorted(found) == [
        [[1, 2], [1, 2], [[0, 0], [0, 1]]],
        [[3, 4], [3, 4], [[0, 1, 2, 0], [0, 1, 2, 3]]],
        [[6, 7], [6, 7], [[0, 1, 2, 3, 4, 5, 0], [0, 1, 2, 3, 4, 5, 6]]],
    ]


def test_a_bucket_takes_what_it_is_given(old, training):
    which, batch = training.bucket(old.constant(5), 1, batch_size=[3, 2], num_buckets=2)
    with old.Session() as session:
        coordinator = old.train.Coordinator()
        threads = old.train.start_queue_runners(session, coordinator)
        assert session.run(which) == 1
        assert session.run(batch).tolist() == [5, 5]
        coordinator.request_stop()
        coordinator.join(threads)
    with pytest.raises(ValueError, match="must have num_buckets elements"):
        training.bucket([old.constant(1)], 0, [2], 2)


def test_training_operations(old, training):
    w = old.get_variable("w", initializer=[2.0, 1.0])
    optimizer = old.train.GradientDescentOptimizer(0.1)
    clip = training.clip_gradient_norms_fn(1.0)
    train = training.create_train_op(old.reduce_sum(w * w), optimizer, transform_grads_fn=clip)

    class AtEnd(old.train.SessionRunHook):
        def end(self, session):
            found.extend(session.run(w))

    found = []
    training.train(
        train,
        None,
        hooks=[old.train.StopAtStepHook(last_step=3), AtEnd()],
        save_checkpoint_secs=None,
        save_summaries_steps=None,
    )
    # Each step is as long as the learning rate.
    assert sum(each**2 for each in found) == pytest.approx((5**0.5 - 0.3) ** 2, abs=1e-4)
    assert [each.op.name for each in old.global_variables()] == ["w", "global_step"]
    gradients = optimizer.compute_gradients(old.reduce_sum(w * w))
    (twice,) = training.multiply_gradients(gradients, {w: 2.0})
    (clipped,) = training.clip_gradient_norms(gradients, 1.0)
    training.add_gradients_summaries(gradients)
    assert len(old.get_collection(old.GraphKeys.SUMMARIES)) == 2
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        assert session.run(twice[0]).tolist() == [8, 4]
        assert session.run(clipped[0]) == pytest.approx([0.894, 0.447], abs=1e-3)


def test_evaluation(old, training, tmp_path):
    w = old.get_variable("w", initializer=2.0)
    old.train.create_global_step()
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        path = old.train.Saver().save(session, str(tmp_path / "model.ckpt"))
    found = training.evaluate_once(
        path,
        eval_ops=[old.identity(w)],
        final_ops=w * 2,
        hooks=[training.StopAfterNEvalsHook(1), training.SummaryAtEndHook(str(tmp_path))],
    )
    assert found == 4
    assert training.get_or_create_eval_step().op.name == "eval_step"
    assert list(training.checkpoints_iterator(str(tmp_path), timeout=0)) == [path]
    assert training.wait_for_new_checkpoint(str(tmp_path)) == path
    again = training.evaluate_repeatedly(
        str(tmp_path), final_ops={"w": w}, timeout=0, max_number_of_evaluations=1
    )
    assert again == {"w": 2}


@pytest.mark.parametrize(
    "name",
    [
        "rejection_sample",
        "resample_at_rate",
        "stratified_sample",
        "weighted_resample",
        "FeedingQueueRunner",
        "NextQueuedSequenceBatch",
        "SequenceQueueingStateSaver",
        "batch_sequences_with_states",
        "FailureTolerator",
        "Feeder",
        "GreedyLoadBalancingStrategy",
        "HParamDef",
        "RandomStrategy",
        "byte_size_load_fn",
    ],
)
def test_what_is_gone(training, name):
    assert not hasattr(training, name)
