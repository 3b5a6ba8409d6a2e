"""Simulated photographs: what is read of them is what was written, or nothing."""

import json

import numpy as np
import pytest

import legacy_cnn
from experiments import __main__ as experiments
from experiments.photographs import kinds
from experiments.support import recorded
from legacy_cnn.errors import ImageError
from legacy_cnn.pictures import read_digit, read_digits

SIZES = (200, 400)
SEEDS = (0, 1)


def taken(path, kind, digits, seed):
    kinds.picture(kind, digits, [kinds.READ.index(kind), seed], SIZES).save(path)
    return path


def alike(read, written):
    """The correlation of two images, wherever the digit lies in them by a pixel."""
    image = read.reshape(28, 28)
    shifts = [np.roll(image, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(np.corrcoef(each.ravel(), written.ravel())[0, 1] for each in shifts)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", kinds.READ)
def test_a_digit_is_read(files, tmp_path, kind, seed):
    written = files.test_images[seed]
    assert alike(read_digit(taken(tmp_path / "x.png", kind, [written], seed)), written) > 0.7


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", kinds.EMPTY)
def test_an_empty_sheet_is_refused(tmp_path, kind, seed):
    with pytest.raises(ImageError, match="shows no digit"):
        read_digit(taken(tmp_path / "x.png", kind, [], seed))


@pytest.mark.parametrize("seed", range(2, 12))
@pytest.mark.parametrize("kind", [kinds.shadow, kinds.vignette, kinds.together])
def test_the_edge_of_a_shadow_is_no_ink(tmp_path, kind, seed):
    """It is dark on one side only; paper is on both sides of a stroke."""
    with pytest.raises(ImageError, match="shows no digit"):
        read_digit(taken(tmp_path / "x.png", kind, [], seed))


@pytest.mark.parametrize("seed", [*range(5), 61, 66, 149, 150])
def test_noise_is_refused(tmp_path, seed):
    kinds.noise([seed]).save(tmp_path / "x.png")
    with pytest.raises(ImageError):
        read_digit(tmp_path / "x.png")


@pytest.mark.parametrize("count", [2, 3, 4])
def test_several_digits_are_counted(files, tmp_path, count):
    digits = list(files.test_images[:count])
    with pytest.raises(ImageError, match=f"shows {count} digits, not one"):
        read_digit(taken(tmp_path / "x.png", kinds.clean, digits, count))


def test_several_digits_are_read_from_left_to_right(files, tmp_path):
    digits = list(files.test_images[:4])
    read = read_digits(taken(tmp_path / "x.png", kinds.clean, digits, 4))
    for one, written in zip(read, digits, strict=True):
        assert alike(one, written) > 0.8


@pytest.mark.slow
@pytest.mark.tensorflow
def test_a_network_predicts_what_it_predicts_on_clean_paper(tmp_path):
    """Of 20 pictures of each kind; one that is trained as for the record."""
    legacy_cnn.train(tmp_path / "run", epochs=1, initial="scaled")
    assert experiments.main(["pictures", str(tmp_path / "run"), "--quick", str(tmp_path)]) == 0
    found = json.loads((tmp_path / "pictures.json").read_text())
    clean = found["read"]["clean"]["right"]
    assert clean >= found["mnist"] - 1
    kept = [kind["kept"] / clean for kind in found["read"].values()]
    assert min(kept) >= 0.85 and np.mean(kept) >= 0.95
    assert sum(found["answered"].values()) <= 0.01 * found["pictures"] * len(found["answered"])


def test_what_is_recorded_of_500_pictures_of_each_kind():
    found = recorded.read("pictures")
    clean = found["read"]["clean"]["right"]
    assert found["pictures"] == 500 and clean >= 0.97 * 500
    assert min(kind["kept"] for kind in found["read"].values()) >= 0.95 * clean
    assert set(found["answered"]) == {"noise", "several", *(kind.__name__ for kind in kinds.EMPTY)}
    assert max(found["answered"].values()) <= 0.01 * 500
