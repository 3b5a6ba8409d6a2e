"""`tensorflow.contrib.summary`."""

import glob

import pytest

pytestmark = pytest.mark.tensorflow


def _written(old, folder):
    files = glob.glob(f"{folder}/*")
    events = [each for file in files for each in old.train.summary_iterator(file)]
    return [(each.step, value.tag) for each in events for value in each.summary.value]


def test_summaries_are_written_as_they_are_made(old, tmp_path):
    summary = old.contrib.summary
    step = old.train.get_or_create_global_step()
    for create in (summary.create_file_writer, summary.create_summary_file_writer):
        assert isinstance(create(str(tmp_path)), summary.SummaryWriter)
    writer = summary.create_file_writer(str(tmp_path / "log"), flush_millis=10)
    with writer.as_default(), summary.always_record_summaries():
        assert summary.should_record_summaries() is not None
        summary.scalar("loss", old.constant(1.5))
        summary.histogram("weights", old.constant([1.0, 2.0]))
        summary.image("picture", old.zeros([1, 2, 2, 3]))
        summary.audio("sound", old.zeros([1, 4, 1]), 8, 1)
        summary.generic("any", old.constant(1.0))
    with writer.as_default(), summary.record_summaries_every_n_global_steps(2):
        summary.scalar("some", old.constant(2.0))
    with writer.as_default(), summary.never_record_summaries():
        summary.scalar("none", old.constant(2.0))
    assert len(summary.all_summary_ops()) == 7
    assert len(summary.summary_writer_initializer_op()) == 3
    with old.Session() as session, writer.as_default():
        session.run(old.global_variables_initializer())
        summary.initialize(graph=old.get_default_graph())
        for _ in range(3):
            session.run(summary.all_summary_ops())
            session.run(step.assign_add(1))
        session.run(summary.flush())
    found = _written(old, tmp_path / "log")
    assert [each for each in found if each[1] == "some"] == [(0, "some"), (2, "some")]
    assert [each for each in found if each[1] == "loss"] == [(0, "loss"), (1, "loss"), (2, "loss")]
    assert {tag for _, tag in found} >= {"weights", "picture/image/0", "sound/audio", "any"}


@pytest.mark.parametrize("name", ["eval_dir", "graph", "import_event"])
def test_more_of_them(old, name):
    assert callable(getattr(old.contrib.summary, name))


def test_no_data_base(old):
    assert not hasattr(old.contrib.summary, "create_db_writer")
