"""`tensorflow.contrib.layers`' feature columns, as those of tf.feature_column."""

import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def layers(old):
    return old.contrib.layers


def _run(old, tensor):
    with old.Session() as session:
        session.run([old.global_variables_initializer(), old.tables_initializer()])
        return session.run(tensor).tolist()


def test_columns_become_the_input_of_a_layer(old, layers):
    age = layers.real_valued_column("age")
    words = layers.sparse_column_with_keys("word", ["a", "b"])
    columns = [
        age,
        layers.bucketized_column(age, [18, 65]),
        layers.one_hot_column(words),
        layers.one_hot_column(layers.sparse_column_with_integerized_feature("digit", 3)),
    ]
    features = {
        "age": old.constant([[7.0], [70.0]]),
        "word": old.constant([["b"], ["c"]]),
        "digit": old.constant([[2], [0]]),
    }
    found = layers.input_from_feature_columns(features, columns)
    assert _run(old, found) == [
        [7, 1, 0, 0, 0, 0, 1, 0, 1],
        [70, 0, 0, 1, 1, 0, 0, 0, 0],
    ]


def test_weighted_sum_has_a_bias(old, layers):
    columns = [
        layers.sparse_column_with_hash_bucket("word", 10),
        layers.crossed_column(
            [
                layers.sparse_column_with_hash_bucket("word", 10),
                layers.sparse_column_with_keys("other", ["x"]),
            ],
            20,
        ),
    ]
    features = {"word": old.constant([["b"]]), "other": old.constant([["x"]])}
    total, variables, bias = layers.weighted_sum_from_feature_columns(features, columns, 2)
    shapes = sorted(each[0].shape.as_list() for each in variables.values())
    assert shapes == [[10, 2], [20, 2]] and bias.shape.as_list() == [2]
    assert _run(old, total) == [[0, 0]]


def test_embeddings_begin_as_narrow_as_there_are_categories(old, layers):
    many = layers.sparse_column_with_hash_bucket("word", 10000)
    few = layers.sparse_column_with_hash_bucket("other", 10000)
    columns = [layers.embedding_column(many, 8)]
    columns += layers.shared_embedding_columns([many, few], 4)
    features = {"word": old.constant([["b"]]), "other": old.constant([["x"]])}
    assert layers.input_from_feature_columns(features, columns).shape.as_list() == [1, 16]
    for each in old.global_variables():
        with old.Session() as session:
            session.run(each.initializer)
            # A normal distribution of 1 / sqrt(10000), cut at two deviations.
            assert session.run(each).std() == pytest.approx(0.0088, rel=0.03)


def test_weights_and_vocabularies_of_files(old, layers, tmp_path):
    path = tmp_path / "words"
    path.write_text("a\nb\n", encoding="utf-8")
    words = layers.sparse_column_with_vocabulary_file("word", str(path), vocab_size=2)
    weighted = layers.weighted_sparse_column(words, "weight")
    features = {"word": old.constant([["b"]]), "weight": old.constant([[0.5]])}
    found = layers.input_from_feature_columns(features, [layers.one_hot_column(weighted)])
    assert _run(old, found) == [[0, 0.5]]


def test_examples_are_parsed(old, layers):
    columns = layers.infer_real_valued_columns({"x": old.zeros([5, 2])})
    spec = layers.create_feature_spec_for_parsing(columns)
    assert spec["x"].shape == (2,) and spec["x"].dtype == old.float32
    example = old.train.Example()
    example.features.feature["x"].float_list.value.extend([1, 2])
    parsed = layers.parse_feature_columns_from_examples([example.SerializeToString()], columns)
    assert _run(old, parsed["x"]) == [[1, 2]]
