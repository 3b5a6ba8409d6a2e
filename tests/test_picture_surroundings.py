"""What is around a digit in people's pictures: a desk, a window, a frame, its neighbour."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from test_pictures import alike

from experiments.photographs.pens import written as written_by_pen
from legacy_cnn.errors import ImageError
from legacy_cnn.pictures import read_digit

PAPER, INK = 235, 40


def ink_of(pixels, height):
    """A digit of MNIST as a pen writes it, cut out: 0.0-1.0."""
    ink = written_by_pen(np.random.default_rng(0), pixels, height)
    rows, columns = (np.flatnonzero((ink > 0.1).any(axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def page(*inks, gap=20, margin=60, paper=PAPER, ink=INK):
    """A sheet with digits beside each other."""
    height = max(each.shape[0] for each in inks)
    width = sum(each.shape[1] for each in inks) + gap * (len(inks) - 1)
    cover = np.zeros((height + 2 * margin, width + 2 * margin))
    left = margin
    for each in inks:
        cover[margin : margin + each.shape[0], left : left + each.shape[1]] = each
        left += each.shape[1] + gap
    return Image.fromarray((paper * (1 - cover) + ink * cover).astype(np.uint8))


@pytest.fixture
def three(files):
    """An image of a 3, and its ink."""
    (at, *_) = np.flatnonzero(files.test_labels == 3)
    return files.test_images[at], ink_of(files.test_images[at], 240)


def read(picture, tmp_path):
    picture.save(tmp_path / "x.png")
    return read_digit(tmp_path / "x.png")


def wood(size, seed=0):
    width, height = size
    grain = 60 + 30 * np.sin(np.arange(width) / 7)
    noise = np.random.default_rng(seed).normal(0, 8, (height, width))
    return Image.fromarray(np.clip(grain + noise, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("turned", [0, 6])
@pytest.mark.parametrize("paper, ink", [(235, 40), (20, 220)])
def test_a_sheet_on_a_desk_is_read(three, tmp_path, paper, ink, turned):
    """A notice on a wooden desk; a slate on it is darker, and so is its chalk's paper."""
    pixels, own = three
    sheet = page(own, paper=paper, ink=ink)
    desk = wood((sheet.width + 160, sheet.height + 200))
    if paper < 100:
        desk = Image.eval(desk, lambda value: 255 - value)
    whole = Image.new("L", desk.size, 0)
    whole.paste(255, (80, 100, 80 + sheet.width, 100 + sheet.height))
    placed = desk.copy()
    placed.paste(sheet, (80, 100))
    upright = Image.composite(
        placed.rotate(turned, Image.Resampling.BICUBIC), desk, whole.rotate(turned)
    )
    assert alike(read(upright, tmp_path), pixels) > 0.7


def test_of_two_sheets_none_is_chosen(three, tmp_path):
    sheet = page(three[1])
    desk = wood((2 * sheet.width + 120, sheet.height + 80))
    desk.paste(sheet, (40, 40))
    desk.paste(sheet, (80 + sheet.width, 40))
    with pytest.raises(ImageError):
        read(desk, tmp_path)


def test_an_empty_sheet_on_a_desk_is_no_digit(tmp_path):
    desk = wood((400, 500))
    desk.paste(PAPER, (80, 80, 320, 420))
    with pytest.raises(ImageError, match="shows no digit"):
        read(desk, tmp_path)


def test_an_empty_frame_is_no_digit(tmp_path):
    sheet = Image.new("L", (320, 400), PAPER)
    ImageDraw.Draw(sheet).rectangle([15, 15, 305, 385], outline=INK, width=9)
    with pytest.raises(ImageError, match="shows no digit"):
        read(sheet, tmp_path)


def test_the_holes_of_a_binder_are_no_digits(three, tmp_path):
    pixels, own = three
    sheet = page(own)
    for middle in (sheet.height // 4, 3 * sheet.height // 4):
        ImageDraw.Draw(sheet).ellipse([8, middle - 11, 30, middle + 11], fill=INK)
    assert alike(read(sheet, tmp_path), pixels) > 0.7


def test_pale_ink_is_read(three, tmp_path):
    pixels, own = three
    assert alike(read(page(own, ink=round(0.91 * PAPER)), tmp_path), pixels) > 0.7


@pytest.mark.parametrize("gap", [3, 6, 12])
@pytest.mark.parametrize("at", [0, 3, 6])
def test_digits_close_to_each_other_are_two(files, tmp_path, gap, at):
    inks = [ink_of(pixels, 120) for pixels in files.test_images[at : at + 2]]
    with pytest.raises(ImageError, match="shows 2 digits, not one"):
        read(page(*inks, gap=gap), tmp_path)


def test_a_one_in_a_tight_crop_is_read(tmp_path):
    """The stroke is a third of the picture's width."""
    crop = Image.new("L", (59, 165), PAPER)
    ImageDraw.Draw(crop).line([(45, 2), (13, 162)], INK, width=22)
    image = read(crop, tmp_path).reshape(28, 28)
    assert np.count_nonzero(image.max(axis=1) > 0.5) == 20 and 2 < image.sum(axis=1).max() < 6


@pytest.mark.parametrize("slope", [0, 0.2])
@pytest.mark.parametrize("apart", [20, 60])
def test_the_wedge_between_two_shadows_is_no_stroke(tmp_path, slope, apart):
    rows, columns = np.mgrid[:400, :320]
    hard = (180 + slope * columns - rows) / 2
    soft = (rows - 180 + apart - slope / 5 * columns) / 8
    light = (0.6 + 0.4 * sigmoid(hard)) * (0.7 + 0.3 * sigmoid(soft))
    noise = np.random.default_rng(0).normal(0, 4, rows.shape)
    sheet = np.clip(PAPER * light + noise, 0, 255)
    with pytest.raises(ImageError, match="shows no digit"):
        read(Image.fromarray(sheet.astype(np.uint8)), tmp_path)


def sigmoid(distance):
    return 1 / (1 + np.exp(-np.clip(distance, -50, 50)))
