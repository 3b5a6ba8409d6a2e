"""The model of docs/scaling.md: its arithmetic, and its limits."""

import math

import pytest

from experiments import scaling
from experiments.support import recorded, scaling_model
from experiments.support.scaling_model import Costs, Line, Transfer
from legacy_cnn import vocabulary

#: Whole numbers, so that each test can say what comes out.
COSTS = Costs(
    size=1000,
    batch=100,
    cores=2,
    interval=1.0,
    gradient=Line(10, 2),
    gradient_thread=Line(10, 4),
    gradient_cpu=Line(12, 4),
    adam=5,
    single=220,
    single_thread=420,
    prepare=Line(0, 0.5),
    message=1,
    pull=Transfer(3, 6, 2),
    push=Transfer(4, 8, 3),
    look=0.5,
    look_cpu=0.75,
    look_ps_cpu=0.125,
    publish=0.25,
    average=Line(2, 1),
    fetch=7,
    apply=8,
)
#: Bytes a second.
RATE = 100.0


def test_lines():
    assert Line.through({1: 5, 2: 7, 3: 9}) == pytest.approx((3, 2))
    assert Line(3, 2).at(10) == 23
    # A line that would begin below nothing goes through it.
    assert Line.through({1: 1, 2: 3}) == pytest.approx((0, 7 / 5))


def test_a_step_is_the_sum_of_its_parts():
    parts = scaling_model.parts(COSTS, 4, 25, RATE)
    assert parts == {
        "batch and noise": 100,  # by the chief, then by the others
        "weights to the workers": 4 + 40,  # the server copies four times 2 on 2 cores
        "gradients": 60,
        "gradients to the server": 6 + 40,
        "averaging": 6,
        "mean to the chief and back, Adam": 7 + 8 + 20,
        # Three others in a cycle of 1.5, then the chief in half of one, with a look each.
        "messages and waiting": 0.25 + 1.5 * 3 / 4 + 0.75 + 1,
    }
    assert scaling_model.step(COSTS, 4, 25, RATE) == sum(parts.values())


def test_the_server_s_network_grows_with_the_workers():
    def wire(workers, **more):
        steps = (scaling_model.step(COSTS, workers, 1, rate, **more) for rate in (RATE, math.inf))
        slow, none = steps
        return slow - none

    for workers in (1, 2, 64):
        # Each of the W workers, and the chief's mean, once in each direction.
        assert wire(workers) == pytest.approx(2 * (workers + 1) * 1000 / RATE)
        assert wire(workers, share=0.5) == pytest.approx((workers + 1) * 1000 / RATE)


def test_one_worker_on_an_infinite_network_computes_and_copies():
    parts = scaling_model.parts(COSTS, 1, 100, math.inf)
    assert parts["batch and noise"] == 50
    assert (parts["weights to the workers"], parts["gradients to the server"]) == (3, 4)
    assert parts["messages and waiting"] == 0.75  # published, and one look
    assert parts["gradients"] == 210


def test_faster_machines_compute_gradients_only():
    one, ten = (scaling_model.parts(COSTS, 2, 50, RATE, faster=each) for each in (1, 10))
    assert {part for part in one if one[part] != ten[part]} == {"gradients"}
    assert ten["gradients"] == one["gradients"] / 10
    assert scaling_model.single(COSTS) == 50 + 220
    assert scaling_model.single(COSTS, 10) == 50 + 5 + 21.5


def test_a_ring_sends_no_more_with_more_machines():
    assert scaling_model.ring(COSTS, 1, 100, RATE) == 50 + 210 + 5

    def sent(workers):
        slow, none = (scaling_model.ring(COSTS, workers, 1, rate) for rate in (RATE, math.inf))
        return (slow - none) * RATE / 1000

    assert [sent(workers) for workers in (2, 4)] == pytest.approx([1, 1.5])
    assert sent(10**6) == pytest.approx(2, abs=1e-4)


def test_processes_on_one_machine_share_its_cores():
    # One worker: its transfers and gradients; then the chief's own.
    chief = 0.25 + 0.5 + 3 + 7 + 8
    assert scaling_model.here(COSTS, 1) == 50 + chief + 3 + 4 + 410
    # Four, of which three ask for half of a core each, while the chief's work needs one of two.
    times = scaling_model.slowed(COSTS, 4, 0.75)
    chief = 0.25 + 1.5 * 3 / 4 + 0.75 + 1 + (6 + 7 + 8) * times
    at_once = (4 * (112 + 6 + 8) + 3 * 50) / 2
    assert scaling_model.here(COSTS, 4) == pytest.approx(50 + chief + at_once)


def test_questions_of_waiting_workers_slow_what_they_wait_for():
    slowed = scaling_model.slowed
    assert slowed(COSTS, 1, 0.75) == slowed(COSTS, 3, 0.75) == slowed(COSTS, 64, 0) == 1
    times = slowed(COSTS, 64, 0.75)
    asked = 63 * 0.75 / (1.5 + (times - 1) * 0.75)  # cores
    assert times == pytest.approx((1 + asked) / 2) and 1 < times < 64
    assert slowed(COSTS, 63, 0.75) < times < slowed(COSTS, 65, 0.75)


def test_where_it_stops_paying():
    speeds = [0.9, 1.2, 1.6, 1.5]
    assert scaling_model.best(speeds) == 3
    assert scaling_model.half(speeds) == 3
    assert scaling_model.half([0.4, 0.8]) == 0
    assert scaling_model.half([1.0, 2.0]) == 2
    seconds = scaling_model.single(COSTS)
    assert scaling_model.speed_up(COSTS, seconds, COSTS.batch) == 1
    assert scaling_model.speed_up(COSTS, seconds, 3 * COSTS.batch) == 3


def test_a_batch_divided_ends_with_a_row_each():
    assert [scaling_model.divided(COSTS, workers) for workers in (1, 3, 64, 100)] == [
        100, 34, 2, 1
    ]  # fmt: skip
    assert len(scaling_model.speeds_divided(COSTS, RATE)) == 100
    assert len(scaling_model.speeds_each(COSTS, RATE)) == scaling_model.MOST


def test_figures_over_rounds():
    rounds = [{"part": "look", "of": 1, "seconds": one, "cpu": one} for one in (1.0, 2.0, 6.0)]
    other = {"part": "look", "of": 2, "seconds": 4.0, "cpu": 5.0}
    assert scaling.summarised([*rounds, other]) == [
        {"part": "look", "of": 1, "median": 2.0, "low": 1.5, "high": 4.0, "cpu": 3.0},
        {"part": "look", "of": 2, "median": 4.0, "low": 4.0, "high": 4.0, "cpu": 5.0},
    ]


def test_networks_are_bytes_a_second_of_bits():
    assert scaling_model.NETWORKS["10 Gb/s"] == 1.25e9


def test_the_recorded_bytes_are_the_tutorial_s():
    record = recorded.read("scaling")
    costs = scaling_model.costs_of(record)
    shapes = {name: math.prod(one.shape) for name, one in vocabulary.PARAMETERS.items()}
    assert record["bytes"] == {name: 4 * count for name, count in shapes.items()}
    assert costs.size == 4 * sum(shapes.values())
    for one in record["crossing"]:
        out, back = one["contribute"]
        assert out == costs.size  # no worker needs more than the weights
        assert 0 <= back - costs.size < 1000  # gradients, and loss, count and token
        assert 0 <= one["gather"][0] - costs.size < 100
        assert 0 <= one["apply"][1] - costs.size < 1000
    for held in record["servers"]:
        assert sum(held) == costs.size
        assert max(held) >= record["bytes"]["W_fc"]


def test_the_model_agrees_with_whole_steps():
    record = recorded.read("scaling")
    costs = scaling_model.costs_of(record)
    whole = {row["of"]: row for row in record["parts"] if row["part"] == "whole"}
    counted = {
        one["workers"]: sum(one["workers"] * each for each in one["contribute"])
        + sum(one["gather"]) + sum(one["apply"])
        for one in record["crossing"]
    }  # fmt: skip
    for workers, row in whole.items():
        assert scaling_model.here(costs, workers) == pytest.approx(row["median"], rel=0.25)
        assert row["loopback"] == pytest.approx(counted[workers], rel=0.05)
