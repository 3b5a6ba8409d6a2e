"""`tensorflow.contrib.crf`, by what TensorFlow 1.15.5 prints, and by all sequences of tags."""

import itertools

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

SCORES = np.array([[[1.0, 0.0, 2.0], [0.5, 3.0, 1.0], [0.0, 1.0, 0.0]]] * 2, np.float32)
TRANSITIONS = np.array([[0.0, 1.0, -1.0], [2.0, 0.0, 0.5], [-2.0, 0.0, 1.0]], np.float32)
TAGS = np.array([[2, 1, 0], [0, 1, 0]], np.int32)


def _score(scores, tags):
    """The score of a sequence of tags, from the definition."""
    total = sum(row[tag] for row, tag in zip(scores, tags, strict=False))
    return total + sum(TRANSITIONS[pair] for pair in itertools.pairwise(tags))


def _all(length):
    return list(itertools.product(range(3), repeat=length))


def _run(old, fetches):
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        return session.run(fetches)


def test_likelihood_is_the_score_less_that_of_all_sequences(old):
    crf, lengths = old.contrib.crf, old.constant([3, 2])
    found, same = crf.crf_log_likelihood(SCORES, TAGS, lengths, TRANSITIONS)
    expected = [
        _score(SCORES[0], tags) - np.log(sum(np.exp(_score(SCORES[0], t)) for t in _all(len(tags))))
        for tags in (TAGS[0], TAGS[1][:2])
    ]
    assert same is TRANSITIONS
    assert _run(old, found) == pytest.approx(expected, rel=1e-5)
    parts = [
        crf.crf_sequence_score(SCORES, TAGS, lengths, TRANSITIONS),
        crf.crf_unary_score(TAGS, lengths, SCORES),
        crf.crf_binary_score(TAGS, lengths, TRANSITIONS),
        crf.crf_log_norm(SCORES, lengths, TRANSITIONS),
        crf.crf_log_norm(SCORES, old.constant([0, 1]), TRANSITIONS),
    ]
    score, unary, binary, norm, short = _run(old, parts)
    assert score == pytest.approx([7, 5]) and (unary + binary) == pytest.approx(score)
    assert (score - norm) == pytest.approx(expected, rel=1e-5)
    assert short == pytest.approx([0, np.log(np.exp(SCORES[1, 0]).sum())])


def test_transitions_are_a_variable(old):
    with old.variable_scope("crf"):
        found, made = old.contrib.crf.crf_log_likelihood(SCORES, TAGS, old.constant([3, 3]))
    assert made.op.name == "crf/transitions" and made.shape.as_list() == [3, 3]
    assert old.gradients(found, made)[0].shape.as_list() == [3, 3]


def test_the_best_tags(old):
    crf = old.contrib.crf
    tags, scores = _run(old, crf.crf_decode(SCORES, TRANSITIONS, old.constant([3, 2])))
    best = [max(_all(length), key=lambda each: _score(SCORES[0], each)) for length in (3, 2)]
    assert tags.dtype == np.int32
    assert tags.tolist() == [list(best[0]), [*best[1], 0]]
    assert scores == pytest.approx([_score(SCORES[0], each) for each in best])
    path, score = crf.viterbi_decode(SCORES[0], TRANSITIONS)
    assert tuple(path) == best[0] and score == pytest.approx(scores[0])


def test_one_time_only(old):
    crf = old.contrib.crf
    scores, lengths = SCORES[:, :1], old.constant([1, 1])
    tags, best = crf.crf_decode(scores, TRANSITIONS, lengths)
    likely, _ = crf.crf_log_likelihood(scores, TAGS[:, :1], lengths, TRANSITIONS)
    tags, best, likely = _run(old, [tags, best, likely])
    assert tags.tolist() == [[2], [2]] and best.tolist() == [2, 2]
    assert likely == pytest.approx(SCORES[[0, 1], 0, [2, 0]] - np.log(np.exp(SCORES[0, 0]).sum()))


def test_several_tags_may_be_right(old):
    allowed = np.zeros(SCORES.shape, bool)
    allowed[:, :, :2] = True
    found = old.contrib.crf.crf_multitag_sequence_score(
        SCORES, allowed, old.constant([3, 3]), TRANSITIONS
    )
    sequences = itertools.product(range(2), repeat=3)
    expected = np.log(sum(np.exp(_score(SCORES[0], each)) for each in sequences))
    assert _run(old, found) == pytest.approx([expected] * 2, rel=1e-5)
    assert old.contrib.crf.python.ops.crf.crf_decode is old.contrib.crf.crf_decode


def test_cells(old):
    crf = old.contrib.crf
    for name in ("CrfForwardRnnCell", "CrfDecodeForwardRnnCell"):
        cell = getattr(crf, name)(TRANSITIONS)
        assert (cell.state_size, cell.output_size) == (3, 3)
    cell = crf.CrfDecodeBackwardRnnCell(3)
    assert (cell.state_size, cell.output_size) == (1, 1)
