"""Steps of a cluster whose processes are all in this one: what one finds, whatever others do."""

import contextlib
import dataclasses
import threading
import time

import numpy as np
import pytest

from legacy_cnn.cluster import here
from legacy_cnn.cluster.place import Place

pytestmark = pytest.mark.tensorflow

tf = pytest.importorskip("tensorflow").compat.v1

from legacy_cnn import mnist, randomness
from legacy_cnn.cluster import chief, connection, following
from legacy_cnn.cluster.asynchronous import Asynchronous
from legacy_cnn.cluster.synchronous import Synchronous
from legacy_cnn.cluster.waiting import Lost
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.programs.program import Inputs, Options, StepGivenUp
from legacy_cnn.settings import Settings
from support.samples import TRAINING

#: Images of a batch.
SIZE = 4
WEIGHTS = randomness.initial_weights(1)


@pytest.fixture(scope="module")
def cluster():
    """A parameter server, and the place and target of the only worker."""
    ps, worker = here.free_addresses(2)
    connection.start(Place((ps,), (worker,), "ps", 0), 1)
    place = Place((ps,), (worker,), "worker", 0, 30)
    return place, connection.start(place, 1)


@pytest.fixture
def opened(cluster):
    """Opens a chief, or a worker of its generation."""
    replicas = []

    def open_one(kind, generation=0):
        replicas.append(kind(Options(threads=1), *cluster, generation=generation))
        return replicas[-1]

    yield open_one
    for replica in replicas:
        replica.close()


def begin(chief, pause=1, stop=lambda: False):
    chief.initialise(WEIGHTS)
    chief.begin(0, lambda step: step + pause, stop)


def inputs():
    generator = np.random.default_rng(0)
    images = generator.random((SIZE, 784), np.float32)
    labels = np.eye(10)[generator.integers(0, 10, SIZE)]
    return Inputs(images, labels, 0.8, generator.random((SIZE, 1024), np.float32))


def due(worker):
    """The step that the board has for a worker now."""
    time.sleep(0.01)
    news = worker.news()
    return worker.due(news) if news.token.step >= 0 else None


def work(worker):
    """What a worker does of one look at the board; whether it has taken a step."""
    token = due(worker)
    if token:
        worker.contribute(token, inputs())
    return bool(token)


def in_a_thread(call):
    thread = threading.Thread(target=call, daemon=True)
    thread.start()
    return thread


def during(thread):
    """Yields again and again while a thread works; it takes a second, but for a busy machine."""
    late = time.monotonic() + 240
    while thread.is_alive():
        assert time.monotonic() < late
        yield


def is_begun(state):
    return all(np.array_equal(state[name], value) for name, value in WEIGHTS.items())


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("kind", [Synchronous, Asynchronous])
def test_a_worker_of_an_earlier_chief_changes_nothing(kind, late, opened):
    old = opened(kind)
    begin(old)
    worker = opened(kind, old.generation)

    def wait():
        with contextlib.suppress(Lost):  # the cluster follows another chief
            old.step(*inputs())

    step = in_a_thread(wait)
    token = next(filter(None, (due(worker) for _ in during(step))))
    new = opened(kind)
    new.initialise(WEIGHTS)
    if not late:
        worker.contribute(token, inputs())
    new.begin(0, lambda step: step + 1, lambda: False)
    if late:
        worker.contribute(token, inputs())
    assert is_begun(new.state())
    step.join(60)
    assert not step.is_alive()


def test_a_step_of_one_asynchronous_worker_is_that_of_a_synchronous_one(opened):
    chief = opened(Asynchronous)
    begin(chief)
    worker = opened(Asynchronous, chief.generation)
    given = []
    step = in_a_thread(lambda: given.append(chief.step(*inputs())))
    for _ in during(step):
        work(worker)
    found = chief.state()
    synchronous = opened(Synchronous)
    begin(synchronous)
    same = synchronous.step(*inputs())
    assert (given, chief.staleness) == ([same], 0)
    assert not is_begun(found)
    for name, value in synchronous.state().items():
        np.testing.assert_array_equal(found[name], value)


def test_a_stop_waits_for_the_step_under_way(opened):
    stop = threading.Event()
    chief = opened(Asynchronous)
    begin(chief, stop=stop.is_set)
    worker = opened(Asynchronous, chief.generation)
    step = in_a_thread(lambda: chief.step(*inputs()))
    for _ in during(step):
        work(worker)
    assert not work(worker)  # it has said that it stops after the first step
    given_up = []

    def second():
        try:
            chief.step(*inputs())
        except StepGivenUp:
            given_up.append(chief.state())

    thread = in_a_thread(second)
    token = next(filter(None, (due(worker) for _ in during(thread))))
    stop.set()
    thread.join(0.5)
    assert thread.is_alive()
    worker.contribute(token, inputs())
    for _ in during(thread):
        assert not work(worker)
    assert all(np.array_equal(given_up[0][name], value) for name, value in chief.state().items())


def test_a_run_that_goes_on_after_a_loss_keeps_its_settings(cluster, tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text("{}")
    given, said = [], []

    def train(path, **words):
        given.append(words)
        if len(given) == 1:
            raise Lost("The cluster has lost a process.")
        return TRAINING

    monkeypatch.setattr(chief.training, "train", train)
    chief.train(cluster[0], tmp_path, resume=False, warn=said.append, epochs=3)
    assert [(words["epochs"], words["resume"]) for words in given] == [(3, False), (3, True)]
    assert said[0].endswith("The training goes on from its last checkpoint.")
    assert said[1] == TRAINING.staleness_in_words()


def test_a_run_ends_at_the_third_loss_without_a_checkpoint(cluster, tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text("{}")
    said = []

    def train(path, **words):
        raise Lost("The cluster has lost a process.")

    monkeypatch.setattr(chief.training, "train", train)
    with pytest.raises(RunError, match="That has happened 3 times since the last checkpoint; the"):
        chief.train(cluster[0], tmp_path, resume=False, warn=said.append)
    assert len(said) == 2
    with pytest.raises(chief.training.Interrupted, match=r"process\. Stopped; what was not"):
        chief.train(cluster[0], tmp_path, resume=True, warn=said.append, stop=lambda: True)


@pytest.fixture
def followed(cluster):
    """A chief that has told of its run."""
    place, target = cluster
    told = following.told_of(Settings(), place, mnist.load().digests, False)
    with Synchronous(Options(threads=1), place, target, told) as chief:
        begin(chief)
        chief._publish(chief.next_token())
        yield place, target


@pytest.mark.parametrize("job", ["ps", "worker"])
def test_a_process_with_another_list_of_addresses_is_refused(job, followed):
    place, target = followed
    longer = dataclasses.replace(place, job=job, workers=(*place.workers, "127.0.0.1:1"))
    with pytest.raises(UsageError, match="cluster names 2 worker, the chief's names 1"):
        next(following.Follower(longer, target).news(0.01))


def test_a_process_with_other_versions_is_refused(followed, monkeypatch):
    place, target = followed
    assert next(following.Follower(place, target).news(0.01)).token.generation
    versions = {**following.provenance.decisive(), "numpy": "1.0"}
    monkeypatch.setattr(following.provenance, "decisive", lambda: versions)
    with pytest.raises(RunError, match=r"worker 0 has numpy 1.0, the chief has [2-9].*: install"):
        next(following.Follower(place, target).news(0.01))


def test_a_worker_that_is_asynchronous_alone_is_refused(followed):
    with pytest.raises(UsageError, match="asynchronous was not given to the chief"):
        following.work(*followed, {}, print, asynchronous=True)


def test_a_directory_of_data_that_is_not_whole_is_not_the_chiefs(small_set, tmp_path):
    """A worker writes nothing where its user has named no directory."""
    for directory, expected in ((small_set, str(small_set)), (tmp_path, None)):
        told = {"settings": {"data_dir": str(directory), "epochs": 3}}
        assert following.settings_of(told, {}) == Settings(data_dir=expected, epochs=3)
    assert not [*tmp_path.iterdir()]
