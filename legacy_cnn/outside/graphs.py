"""Files with graphs: how they are read, and what lies beside them."""

from pathlib import Path

import tensorflow.compat.v1 as tf
from google.protobuf import text_format
from google.protobuf.message import DecodeError, Message
from tensorflow.core.protobuf import saved_model_pb2

from legacy_cnn.errors import LegacyCnnError, ParityError, first_line
from legacy_cnn.outside.graphfiles import SAVED_MODEL
from legacy_cnn.outside.opening import TEXT, content

#: Bytes of a binary graph: ResNet's with its weights fits. TensorFlow needs five times as many.
LARGEST = 256 * 2**20

#: Tags of a SavedModel's graphs, the one that is wanted most first.
_TAGS = ({"train"}, {"serve", "train"}, {"serve"})


def prefix_of(path: Path) -> Path:
    """The checkpoint that belongs to a graph in a file."""
    return path / "variables" / "variables" if path.is_dir() else path.with_suffix("")


def read(path: Path, failure: type[LegacyCnnError] = ParityError) -> tf.MetaGraphDef:
    """The graph in a file.

    Args:
      path: an X.meta, X.pb or X.pbtxt file, or the folder of a SavedModel.
      failure: what is raised.

    Raises:
      `failure`: it is too large, or no graph; a SavedModel has none of TensorFlow 1.
      OSError: it cannot be read.
    """
    if any((path / name).exists() for name in SAVED_MODEL):
        return of_tensorflow_1(read_saved_model(path, failure), path, failure)
    meta = tf.MetaGraphDef()
    _parse(meta if path.suffix == ".meta" else meta.graph_def, path, failure)
    return meta


def read_saved_model(
    path: Path, failure: type[LegacyCnnError] = ParityError
) -> saved_model_pb2.SavedModel:
    """What lies in the folder of a SavedModel; raises what `read` does."""
    saved = saved_model_pb2.SavedModel()
    file = next(path / name for name in SAVED_MODEL if (path / name).exists())
    _parse(saved, file, failure)
    return saved


def _parse(message: Message, path: Path, failure: type[LegacyCnnError]) -> None:
    """Reads a message, which may be text."""
    is_text = path.suffix == ".pbtxt"
    found = content(path, TEXT if is_text else LARGEST, failure, "a graph's file")
    try:
        if is_text or found.lstrip()[:14] in (b"meta_info_def ", b"meta_info_def{"):
            text_format.Parse(found.decode("utf-8"), message)
        else:
            message.ParseFromString(found)
    except (DecodeError, text_format.ParseError, UnicodeDecodeError, RecursionError) as error:
        raise failure(f"{path} cannot be read as a graph: {first_line(error)}") from error


def of_tensorflow_1(
    saved: saved_model_pb2.SavedModel, path: Path, failure: type[LegacyCnnError] = ParityError
) -> tf.MetaGraphDef:
    """The graph of a SavedModel that is wanted most; raises what `read` does."""
    for tags in _TAGS:
        for meta in saved.meta_graphs:
            if set(meta.meta_info_def.tags) == tags:
                _check_is_of_tensorflow_1(meta, path, failure)
                return meta
    found = "; ".join(", ".join(meta.meta_info_def.tags) for meta in saved.meta_graphs)
    raise failure(f"{path} has no graph with the tag train or serve; it has {found or 'none'}.")


def _check_is_of_tensorflow_1(
    meta: tf.MetaGraphDef, path: Path, failure: type[LegacyCnnError]
) -> None:
    if len(meta.object_graph_def.nodes) > 0:
        raise failure(
            f"{path} is a SavedModel of TensorFlow 2, whose graph has no training step. The "
            f"reference must be of TensorFlow 1; give a port like this as the candidate."
        )
