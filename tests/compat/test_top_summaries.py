"""`tensorflow`'s summaries of 0.x, and `contrib.deprecated`, where 1.0 kept them."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


def tags(tf, summary):
    with tf.Session() as session:
        return [each.tag for each in tf.Summary.FromString(session.run(summary)).value]


def module(tf, name):
    return tf.contrib.deprecated if name == "contrib.deprecated" else tf


@pytest.mark.parametrize("where", ["tensorflow", "contrib.deprecated"])
def test_tags_take_no_name_scope(old, where):
    old_summaries = module(old, where)
    picture = old.ones([3, 2, 2, 1])
    with old.name_scope("scope"):
        made = [
            old_summaries.scalar_summary("cost", 1.0),
            old_summaries.scalar_summary(["a", "b"], [1.0, 2.0]),
            old_summaries.histogram_summary("weights", [1.0, 2.0]),
            old_summaries.image_summary("digits", picture, 2),
            old_summaries.image_summary("one", picture, max_images=1),
            old_summaries.audio_summary("sound", old.zeros([2, 5]), 44100, 1),
        ]
    expected = ["cost"], ["a", "b"], ["weights"], ["digits/image/0", "digits/image/1"]
    assert [tags(old, each) for each in made] == [*expected, ["one/image"], ["sound/audio"]]
    assert made[0].op.name == "scope/ScalarSummary"
    assert old.get_collection("summaries") == made
    merged = old_summaries.merge_all_summaries()
    assert merged.op.name == "MergeSummary/MergeSummary" and len(tags(old, merged)) == 8


def test_the_value_of_a_scalar(old):
    summary = old.scalar_summary("cost", old.constant(1.5))
    with old.Session() as session:
        assert old.Summary.FromString(session.run(summary)).value[0].simple_value == 1.5


def test_collections_and_merging(old):
    test = old.scalar_summary("accuracy", 1.0, collections=["tests"])
    none = old.scalar_summary("loss", 1.0, [])
    assert old.merge_all_summaries() is None
    assert tags(old, old.merge_all_summaries("tests")) == ["accuracy"]
    both = old.merge_summary([test, none], collections=["both"])
    assert tags(old, both) == ["accuracy", "loss"] and old.get_collection("both") == [both]
    assert old.merge_summary([none], name="named").op.name == "named/named"


def test_the_writer_of_0x(old, tmp_path):
    writer = old.train.SummaryWriter(str(tmp_path), old.get_default_graph())
    with old.Session() as session:
        writer.add_summary(session.run(old.scalar_summary("cost", np.float32(2))), 7)
        writer.add_graph(session.graph)
    writer.close()
    (file,) = tmp_path.iterdir()
    events = list(old.train.summary_iterator(str(file)))
    assert [each.step for each in events if each.HasField("summary")] == [7]
    assert sum(each.HasField("graph_def") for each in events) == 2
    assert old.train.SummaryWriterCache.get(str(tmp_path))
