"""`tensorflow.contrib.predictor`."""

import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def saved(old, tmp_path):
    """A model that adds one, as a folder."""
    x = old.placeholder(old.float32, [None], name="x")
    y = old.add(x, old.get_variable("one", initializer=1.0), name="y")
    folder = str(tmp_path / "saved")
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        old.saved_model.simple_save(session, folder, {"in": x}, {"out": y})
    return folder


def test_a_saved_model_is_a_function(old, saved):
    predict = old.contrib.predictor.from_saved_model(saved)
    assert predict({"in": [1.0, 2.0]})["out"].tolist() == [2, 3]
    assert predict.session.graph is predict.graph
    assert repr(predict).startswith("SavedModelPredictor with feed tensors {'in': ")
    with pytest.raises(ValueError, match="Got unexpected keys in input_dict"):
        predict({"other": 1})


def test_inputs_may_be_named(old, saved):
    load = old.contrib.predictor.from_saved_model
    predict = load(saved, input_names={"a": "x:0"}, output_names={"b": "y:0"})
    assert predict({"a": [1.0]}) == {"b": [2]}
    with pytest.raises(ValueError, match="Available signatures are"):
        load(saved, "other")
    with pytest.raises(ValueError, match="must both be specified"):
        load(saved, input_names={"a": "x:0"})
    with pytest.raises(ValueError, match="at most one of"):
        load(saved, "other", input_names={}, output_names={})


@pytest.mark.parametrize("name", ["from_contrib_estimator", "from_estimator"])
def test_estimators_are_exported_first(old, name):
    assert not hasattr(old.contrib.predictor, name)
