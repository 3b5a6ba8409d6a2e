"""`tensorflow.models.rnn.ptb.reader`."""

import pytest

from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def reader(old):
    return faces("program").imported("tensorflow.models.rnn.ptb.reader")


def test_the_three_files(reader, tmp_path):
    for part, text in {"train": "b a a\nc\n", "valid": "a c x\n", "test": "c\n"}.items():
        (tmp_path / f"ptb.{part}.txt").write_text(text)
    train = str(tmp_path / "ptb.train.txt")
    assert reader._read_words(train) == ["b", "a", "a<eos>c<eos>"]
    (tmp_path / "ptb.train.txt").write_text(" b a a \n c \n ")
    numbers = {"<eos>": 0, "a": 1, "b": 2, "c": 3}
    assert reader._build_vocab(train) == numbers
    assert reader._file_to_word_ids(train, numbers) == [2, 1, 1, 0, 3, 0]
    assert reader.ptb_raw_data(str(tmp_path)) == ([2, 1, 1, 0, 3, 0], [1, 3], [], 4)


def test_ptb_iterator(reader):
    pairs = [
        (x.tolist(), y.tolist()) for x, y in reader.ptb_iterator(list(range(12)), 2, num_steps=2)
    ]
    assert pairs == [
        ([[0, 1], [6, 7]], [[1, 2], [7, 8]]),
        ([[2, 3], [8, 9]], [[3, 4], [9, 10]]),
    ]
    with pytest.raises(ValueError, match="epoch_size == 0"):
        next(reader.ptb_iterator([1, 2], 2, 2))


def test_ptb_producer(reader, old):
    x, y = reader.ptb_producer(list(range(12)), 2, 2)
    assert x.op.name == "PTBProducer/Slice"
    with old.Session() as session:
        coordinator = old.train.Coordinator()
        threads = old.train.start_queue_runners(session, coordinator)
        first, second = session.run([x, y]), session.run(x)
        coordinator.request_stop()
        coordinator.join(threads)
    assert [each.tolist() for each in first] == [[[0, 1], [6, 7]], [[1, 2], [7, 8]]]
    assert second.tolist() == [[2, 3], [8, 9]]
