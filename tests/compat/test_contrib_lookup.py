"""`tensorflow.contrib.lookup`."""

import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def lookup(old):
    return old.contrib.lookup


def _run(old, fetches):
    with old.Session() as session:
        session.run(old.tables_initializer())
        return [each.tolist() for each in session.run(fetches)]


def test_words_to_numbers(old, lookup, tmp_path):
    path = tmp_path / "words"
    path.write_text("a\nb\nc\n", encoding="utf-8")
    words = old.constant(["c", "a"])
    file, index = str(path), lookup.TextFileIndex
    first = lookup.TextFileInitializer(
        file, old.string, index.WHOLE_LINE, old.int64, index.LINE_NUMBER
    )
    found = [
        lookup.index_table_from_file(file, num_oov_buckets=2).lookup(words),
        lookup.string_to_index_table_from_file(file).lookup(words),
        lookup.index_table_from_tensor(["c", "b"], default_value=7).lookup(words),
        lookup.string_to_index_table_from_tensor(["c", "b"]).lookup(words),
        lookup.string_to_index(words, ["x", "c"]),
        lookup.HashTable(first, -1).lookup(words),
        lookup.HashTable(lookup.TextFileIdTableInitializer(file), -1).lookup(words),
    ]
    assert _run(old, found) == [[2, 0], [2, 0], [0, 7], [0, -1], [1, -1], [2, 0], [2, 0]]
    with pytest.raises(ValueError, match="mapping must be specified"):
        lookup.index_table_from_tensor(None)


def test_numbers_to_words(old, lookup, tmp_path):
    path = tmp_path / "words"
    path.write_text("a\nb\n", encoding="utf-8")
    numbers = old.constant([1, 9], old.int64)
    found = [
        lookup.index_to_string_table_from_file(str(path)).lookup(numbers),
        lookup.index_to_string_table_from_tensor(["p", "q"], default_value="?").lookup(numbers),
        lookup.index_to_string(numbers, ["p", "q"]),
        lookup.HashTable(lookup.TextFileStringTableInitializer(str(path)), "none").lookup(numbers),
    ]
    assert _run(old, found) == [[b"b", b"UNK"], [b"q", b"?"], [b"q", b"UNK"], [b"b", b"none"]]


def test_hash_tables(old, lookup):
    pairs = lookup.KeyValueTensorInitializer(["x", "y"], old.constant([1, 2], old.int64))
    table = lookup.HashTable(pairs, -1, name="mine")
    assert isinstance(table, lookup.InitializableLookupTableBase)
    assert isinstance(table, lookup.LookupInterface)
    assert isinstance(pairs, lookup.TableInitializerBase)
    assert table.name == "mine" and len(old.get_collection("table_initializer")) == 1
    keyed = lookup.StrongHashSpec((1, 2))
    assert isinstance(keyed, lookup.HasherSpec)
    for spec in (keyed, lookup.FastHashSpec):
        more = lookup.IdTableWithHashBuckets(table, 1, spec)
        assert _run(old, [more.lookup(old.constant(["y", "z"]))]) == [[2, 2]]
    with old.Session() as session:
        session.run(table.init)
        assert session.run(table.size()) == 2


def test_tables_that_change(old, lookup):
    words = lookup.MutableHashTable(old.string, old.int64, -1)
    numbers = lookup.MutableDenseHashTable(
        old.int64, old.float32, 0.0, empty_key=-1, deleted_key=-2
    )
    with old.Session() as session:
        session.run(words.insert(old.constant(["a"]), old.constant([5], old.int64)))
        session.run(numbers.insert(old.constant([3], old.int64), old.constant([0.5])))
        assert session.run(words.lookup(old.constant(["a", "b"]))).tolist() == [5, -1]
        assert session.run(numbers.lookup(old.constant([3, 4], old.int64))).tolist() == [0.5, 0]
    assert len(old.get_collection(old.GraphKeys.SAVEABLE_OBJECTS)) == 2
