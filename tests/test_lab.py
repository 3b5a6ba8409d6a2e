"""What the lab does with the graph."""

import base64
import json
import threading

import numpy as np
import pytest

from legacy_cnn.errors import UsageError
from legacy_cnn.lab import dialects, fetching, predicting, rows, searching, steps
from legacy_cnn.lab.app import Lab
from legacy_cnn.lab.learners import FullError, Learners
from legacy_cnn.lab.needed import needed
from legacy_cnn.lab.queue import BusyError, Queue
from legacy_cnn.lab.room import Room
from legacy_cnn.lab.values import shown
from legacy_cnn.settings import LabSettings

pytestmark = pytest.mark.tensorflow

ALL = ["x", "y", "keep_prob"]
ROWS = {row.name for row in rows.ROWS}


@pytest.fixture(scope="module")
def room():
    made = Room(LabSettings())
    made.begin(made.draws(scaled=True).initial_weights())
    return made


@pytest.fixture
def learners():
    return Learners(2)


@pytest.fixture
def learner(learners):
    return learners.new()


def image(room, at=0):
    pixels = np.uint8(np.round(room.sets.test_images[at] * 255)).tobytes()
    return base64.b64encode(pixels).decode()


@pytest.fixture
def fetch(room, learners, learner):
    def fetched(name, fed=ALL, **more):
        body = {
            "fetch": name,
            "image": image(room),
            "label": 7,
            "keep_prob": 1.0,
            "fed": fed,
            **more,
        }
        answer = fetching.fetch(room, learners, learner, fetching.Request.of(body))
        json.dumps(answer, allow_nan=False)
        return answer

    return fetched


def test_every_operation_has_a_place_in_a_row_and_a_column(room):
    drawn = room.drawing.to_json()
    names = {row["name"] for row in drawn["rows"]}
    assert len(drawn["operations"]) == len(room.graph.get_operations())
    assert {one["row"] for one in drawn["operations"]} == names == ROWS
    assert {one["column"] for one in drawn["operations"]} == set(drawn["columns"])
    places = {one["name"]: (one["row"], one["column"]) for one in drawn["operations"]}
    assert places["gradients/Conv2D_1_grad/Conv2DBackpropFilter"] == ("conv2", "gradients")
    assert places["Adam/update_Variable_2/ResourceApplyAdam"] == ("fc", "adam")
    assert places["dropout/random_uniform/RandomUniform"] == ("dropout", "forward")
    assert all(row["code"] and row["output"] in places for row in drawn["rows"])


def test_what_a_run_needs_is_what_tensorflow_leaves_of_the_graph(room):
    import tensorflow.compat.v1 as tf

    for end in (room.ends.cost.op, room.ends.optimizer, room.ends.prediction.op):
        found = needed(room.graph, [end], [])
        left = tf.graph_util.extract_sub_graph(room.graph.as_graph_def(), [end.name])
        assert set(found.operations) == {node.name for node in left.node}
    assert len(needed(room.graph, [room.ends.cost.op], []).operations) == 80


def test_a_fetch_gives_what_the_session_gives(room, fetch):
    answer = fetch("add_3")
    expected = room.session.run(
        room.ends.prediction, {room.ends.x: room.sets.test_images[:1], room.ends.keep_prob: 1.0}
    )
    np.testing.assert_allclose(answer["value"]["numbers"], expected[0], rtol=1e-4)
    assert "Relu_2" in answer["needed"] and "Mean" not in answer["needed"]
    maps = fetch("Relu")["value"]
    assert maps["size"] == [32, 28, 28] and maps["of"] == "one picture for each channel"
    assert fetch("Variable_1")["value"]["shape"] == [5, 5, 32, 64]


def test_tensorflow_says_which_placeholder_is_not_fed(fetch):
    answer = fetch("Mean", fed=["x", "keep_prob"])
    assert answer["missing"] == ["Placeholder_1"]
    assert answer["error"].startswith(
        "You must feed a value for placeholder tensor 'Placeholder_1'"
    )


def test_what_is_fed_instead_is_not_computed(fetch):
    answer = fetch("add_3", fed=[], instead={"dropout/SelectV2": {"fill": "zeros"}})
    assert "error" not in answer and "MatMul" not in answer["needed"]
    assert fetch("add_3", fed=[])["missing"] == ["Placeholder", "Placeholder_2"]
    numbers = {"fill": "numbers", "numbers": list(range(10))}
    assert fetch("ArgMax", instead={"add_3": numbers})["value"]["numbers"] == [9]


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("no such operation", {}),
        ("add_3", {"instead": {"add_3": {"fill": "numbers", "numbers": [1]}}}),
        ("add_3", {"instead": {"Variable": {"fill": "zeros"}}}),
        ("add_3", {"instead": {"Adam": {"fill": "zeros"}}}),
        ("add_3", {"keep_prob": 0}),
        ("add_3", {"label": 10}),
        ("add_3", {"image": "AAAA"}),
        ("add_3", {"image": 3}),
        ("add_3", {"fed": ["z"]}),
        (["add_3"], {}),
    ],
)
def test_what_is_no_run_is_refused(fetch, name, more):
    with pytest.raises(UsageError):
        fetch(name, **more)


def test_times_come_from_the_run(fetch):
    times = fetch("Mean", times=True)["times"]
    assert {"Conv2D", "Relu", "MatMul"} <= times.keys()


def test_a_step_gives_a_browser_weights_of_its_own(room, learners, learner, fetch):
    other = learners.new()
    before = room.weights(other)["out_b"]
    assert fetch("Adam")["changed"]
    assert learner.state is not None and other.state is None
    np.testing.assert_array_equal(room.weights(other)["out_b"], before)
    assert not np.array_equal(room.weights(learner)["out_b"], before)
    learner.reset()
    np.testing.assert_array_equal(room.weights(learner)["out_b"], before)


def test_no_more_browsers_train_than_may(room, fetch):
    full = Learners(1)
    full.new().keep({})
    body = {"fetch": "Adam", "image": image(room), "fed": ALL}
    with pytest.raises(FullError):
        fetching.fetch(room, full, full.new(), fetching.Request.of(body))


def test_the_answer_flickers_with_the_dropout_on_only(room, learner):
    pixels = room.sets.test_images[0]

    def runs(**body):
        return predicting.predict(room, learner, pixels, {"runs": 3, **body})["logits"]

    one, two, three = runs(keep_prob=1.0)
    assert one == two == three
    one, two, _ = runs(keep_prob=0.8)
    assert one != two
    one, two, _ = runs(keep_prob=1.0, published=True)
    assert one != two


def test_digits_that_waver_are_offered(room, learner):
    found = predicting.wavering(room, learner)
    assert len(found) == predicting.OFFERED
    spreads = [one["spread"] for one in found]
    assert spreads == sorted(spreads, reverse=True) and spreads[-1] > 0


def test_digits_that_waver_are_those_of_ones_own_weights(room, learners, monkeypatch):
    asked = []
    monkeypatch.setattr(predicting, "wavering", lambda room, learner: asked.append(learner) or [])
    lab = Lab(room, Queue(iter(())), learners)
    one, other = learners.new(), learners.new()
    one.keep({})
    for learner in (one, other, one, other):
        lab._find_wavering(learner, {})
    assert asked == [one, other, one]


@pytest.mark.parametrize("dialect", dialects.DIALECTS)
def test_programs_run_as_they_stand(room, learner, dialect):
    for row in ("conv1", "dropout", "accuracy"):
        answer = dialects.run(room, learner, row, dialect, room.sets.test_images[0], 7)
        assert [line for line in answer["printed"] if line.startswith("step 2 gives")], answer
    lines = answer["printed"]
    assert sum(line.startswith("when") for line in lines) == (0 if dialect == "eager" else 1)


def test_every_program_is_a_line_of_the_tutorial(room):
    for name, line in dialects.LINES.items():
        assert name in ROWS
        assert all(room.graph.get_operation_by_name(op) for op in line.inputs.values())


@pytest.mark.parametrize(
    ("variant", "when", "says"),
    [
        ("positional", "when the graph is built", "No gradients provided"),
        ("upgraded", "when the graph is built", "No gradients provided"),
        ("late_pooling", "in the first step", "broadcastable"),
    ],
)
def test_mistakes_end_as_they_did(room, learners, learner, variant, when, says):
    answer = steps.train(room, steps.Trainers(room), learners, learner, {"variant": variant})
    assert answer["when"] == when and says in answer["error"], answer


def test_training_goes_on_where_it_was(room, learners, learner):
    trainers = steps.Trainers(room)

    def train(count, **more):
        return steps.train(room, trainers, learners, learner, {"steps": count, **more})

    first, then = train(1), train(2)
    assert (then["step"], len(then["losses"])) == (3, 2)
    assert first["losses"] + then["losses"] == train(3, anew=True)["losses"]
    assert set(then["norms"]) == {*room.weights(learner)}
    with pytest.raises(UsageError):
        train(10_000)


def test_the_dialects_agree_side_by_side(room):
    found = steps.SideBySide(room).run("scaled")
    losses = [one["losses"][:2] for one in found.values()]
    assert len(losses) == 4
    np.testing.assert_allclose(losses, [losses[0]] * 4, rtol=1e-3)


def test_each_port_has_one_mistake():
    search = searching.Search(1)
    sources = {search.port(number) for number in range(len(search))}
    assert len(sources) == len(searching.MISTAKES) == len(searching.names())
    for number in range(len(search)):
        right = [name for name in searching.names() if search.check(number, name)["right"]]
        assert len(right) == 1
        compile(search.port(number), "port", "exec")
    with pytest.raises(UsageError):
        search.port(len(search))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(searching.MISTAKES)))
def test_the_ladder_finds_each_mistake(number):
    search = searching.Search(2)
    found = [search.climb(number, rung) for rung in searching.RUNGS]
    assert [one["status"] for one in found].count("failed") == 1


def test_the_queue_tells_a_place_and_refuses_too_much():
    queue, gate = Queue(iter(())), threading.Event()
    queue.submit("one", gate.wait)
    jobs = [queue.submit("two", lambda: 1) for _ in range(4)]
    while queue.place(jobs[0]) != 1:
        pass
    assert queue.place(jobs[3]) == 4
    with pytest.raises(BusyError):
        queue.submit("two", lambda: 1)
    jobs[1].future.cancel()
    gate.set()
    assert [job.future.result() for job in (jobs[0], jobs[2], jobs[3])] == [1, 1, 1]


def test_other_work_fills_the_gaps():
    done = []
    queue = Queue(iter(lambda: done.append(1) or len(done), 3))
    while len(done) < 3:
        pass
    assert queue.submit("one", lambda: 5).future.result() == 5


def test_values_are_strict_json():
    value = shown(np.array([[np.nan, 1.0, np.inf]]))
    assert value["numbers"] == [None, 1.0, None] and value["not_finite"] == 2
    assert json.dumps(value, allow_nan=False)
    assert shown(np.full(1024, np.nan))["size"] == [1, 32, 32]
