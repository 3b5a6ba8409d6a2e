"""Pictures of digits, as people make them, and what is not one."""

import io
import json
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from legacy_cnn import prediction
from legacy_cnn.errors import ImageError, UsageError
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.pictures import read_digit, read_digits
from legacy_cnn.training import open_run
from support import warm

pytestmark = pytest.mark.tensorflow


def stretched(pixels, side):
    return Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)


def as_it_is(pixels):
    return Image.fromarray(pixels)


def dark_on_light(pixels):
    return stretched(255 - pixels, 300)


def in_a_corner_in_colour(pixels):
    picture = Image.new("RGB", (640, 480), (30, 90, 40))
    picture.paste((230, 60, 60), (420, 250), stretched(pixels, 200))
    return picture


def transparent(pixels):
    layers = np.zeros((28, 28, 4), np.uint8)
    layers[..., 3] = pixels
    return Image.fromarray(layers)


def on_unevenly_lit_paper(pixels):
    noise = np.random.default_rng(0).normal(0, 4, (400, 400))
    paper = np.linspace(150, 235, 400)[None] + noise
    paper[50:350, 50:350] *= 1 - np.asarray(stretched(pixels, 300)) / 255 * 0.8
    return Image.fromarray(np.clip(paper, 0, 255).astype(np.uint8))


def black_and_white(pixels):
    return Image.fromarray(np.uint8(pixels < 100) * 255).resize((224, 224)).convert("1")


def turned_by_the_camera(pixels):
    picture = stretched(255 - pixels, 200).transpose(Image.Transpose.ROTATE_90)
    exif = picture.getexif()
    exif[0x0112] = 6  # orientation: to be turned clockwise
    picture.info["exif"] = exif.tobytes()
    return picture


STYLES = (
    as_it_is, dark_on_light, in_a_corner_in_colour, transparent, on_unevenly_lit_paper,
    black_and_white, turned_by_the_camera,
)  # fmt: skip
SUFFIXES = ("png", pytest.param("jpg", marks=pytest.mark.slow))

#: How many of MNIST's test images are drawn in each style.
DRAWN = 60


def draw(style, pixels, path):
    """Writes an image of MNIST as a picture."""
    picture = style(pixels)
    exif = picture.info.get("exif", b"")
    if path.suffix == ".jpg":
        if picture.mode == "RGBA":
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
        picture = picture.convert("RGB")
    picture.save(path, exif=exif, quality=80)
    return path


@pytest.fixture(scope="module", params=SUFFIXES)
def drawn(request, files, tmp_path_factory):
    """Style -> paths of pictures, in one of the formats."""
    folder = tmp_path_factory.mktemp("pictures")
    return {
        style: [
            draw(style, pixels, folder / f"{style.__name__}{number}.{request.param}")
            for number, pixels in enumerate(files.test_images[:DRAWN])
        ]
        for style in STYLES
    }


@pytest.fixture(scope="module")
def read(trained, drawn):
    """Style -> the digits that the run reads: it is loaded once for all."""
    every = [path for paths in drawn.values() for path in paths]
    digits = [one.digit for one in prediction.predict(trained[0], every).predictions]
    return {style: digits[at * DRAWN : (at + 1) * DRAWN] for at, style in enumerate(drawn)}


@pytest.mark.parametrize("style", STYLES)
def test_pictures_are_read_as_well_as_mnist_itself(files, misread, read, style):
    """Of 60 test images, at most 4 more are misread than of MNIST's own bytes."""
    wrong = np.count_nonzero(np.array(read[style]) != files.test_labels[:DRAWN])
    assert wrong <= misread + 4


def test_a_picture_alone_is_read_as_among_others(trained, drawn, read):
    style = next(iter(drawn))
    (alone,) = prediction.predict(trained[0], drawn[style][0]).predictions
    assert alone.digit == read[style][0]


@pytest.fixture(scope="module")
def misread(trained, files):
    """How many of the first 60 test images the run gets wrong from MNIST's own bytes."""
    with open_run(trained[0]) as (model, _):
        logits = model.logits(scaled(files.test_images[:DRAWN].reshape(DRAWN, 784)))
    return np.count_nonzero(logits.argmax(1) != files.test_labels[:DRAWN])


def test_a_digit_is_centred_as_mnist_is(tmp_path):
    """In a box of 20 x 20, its centre of mass in the middle."""
    picture = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(picture).rectangle((10, 20, 29, 99), fill=0)
    picture.save(tmp_path / "bar.png")
    pixels = read_digit(tmp_path / "bar.png")
    assert pixels.dtype == np.float32 and pixels.shape == (784,)
    image = pixels.reshape(28, 28)
    assert image.min() == 0 and image.max() == 1
    rows, columns = np.nonzero(image)
    assert (rows.min(), rows.max()) == (4, 23)  # 20 high, 4 free above and below
    assert columns.max() - columns.min() == 4 and 13 <= columns.mean() <= 14


def test_mnists_own_images_come_out_as_they_were(files, tmp_path):
    """They fill the box already; placing them by their centre moves them a pixel at most."""
    Image.fromarray(files.test_images[1]).save(tmp_path / "two.png")
    image = read_digit(tmp_path / "two.png").reshape(28, 28)
    original = files.test_images[1] / np.float32(255)
    shifts = [np.roll(original, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    assert min(np.abs(image - shifted).max() for shifted in shifts) < 0.02


def png_of_size(width, height):
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"x") + chunk(b"IEND", b"")
    )


def sound(form="PNG"):
    picture = Image.new("L", (60, 60), 255)
    ImageDraw.Draw(picture).line((20, 10, 40, 50), fill=0, width=6)
    stream = io.BytesIO()
    picture.save(stream, form)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a PNG or JPEG"),
        (b"hello", "not a PNG or JPEG"),
        (sound("GIF"), "not a PNG or JPEG"),
        (sound()[:-40], "damaged or not a PNG or JPEG"),
        (sound("JPEG")[:300], "damaged or not a PNG or JPEG"),
        (png_of_size(12_000, 12_000), "12000 x 12000 pixels, above the limit of"),
        (png_of_size(2_000_000, 2_000_000), "more pixels than the limit of"),
        (png_of_size(40, 40), "damaged or not a PNG or JPEG"),
    ],
)
def test_what_is_not_a_picture(tmp_path, content, message):
    (tmp_path / "x.png").write_bytes(content)
    with pytest.raises(ImageError, match=message):
        read_digit(tmp_path / "x.png")


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (300, 200)])
def test_a_picture_of_nothing(tmp_path, size):
    Image.new("RGB", size, (12, 200, 99)).save(tmp_path / "x.png")
    with pytest.raises(ImageError, match="shows no digit: the whole picture has one colour"):
        read_digit(tmp_path / "x.png")


def test_a_picture_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_digit(tmp_path / "x.png")


def test_softmax_of_huge_logits():
    logits = np.array([[3e4, 0, -3e4], [1.0, 1.0, 1.0]], np.float32)
    probabilities = prediction.softmax(logits)
    np.testing.assert_allclose(probabilities, [[1, 0, 0], [1 / 3] * 3], rtol=1e-15)


def test_the_command(trained, files, tmp_path):
    Image.fromarray(files.test_images[0]).save(tmp_path / "seven.png")
    done = warm.command("predict", trained[0], tmp_path / "seven.png", "--json")
    (answer,) = json.loads(done.stdout)["predictions"]
    assert answer["digit"] == 7 and answer["image"].endswith("seven.png")
    assert len(answer["probabilities"]) == 10 and sum(answer["probabilities"]) == pytest.approx(1)
    assert done.stderr == ""


def written(files, *indices, gap=0.0):
    """A sheet with test images of MNIST beside each other, as dark ink."""
    side = 200
    width = int(len(indices) * side * (1 + gap))
    page = Image.new("L", (width + 100, 300), 235)
    for place, index in enumerate(indices):
        digit = stretched(files.test_images[index], side)
        page.paste(40, (50 + int(place * side * (1 + gap)), 50), digit)
    return page


def test_several_digits_are_refused_and_counted(files, tmp_path):
    written(files, 0, 1, 2, 4).save(tmp_path / "year.png")
    with pytest.raises(ImageError, match=r"year\.png shows 4 digits, not one"):
        read_digit(tmp_path / "year.png")


def test_several_digits_are_read_from_left_to_right(trained, files, tmp_path):
    order = (0, 1, 2, 4, 3)
    written(files, *order).save(tmp_path / "x.png")
    found = prediction.predict(trained[0], tmp_path / "x.png", several=True).predictions
    assert [one.digit for one in found] == [int(files.test_labels[index]) for index in order]
    assert {one.image for one in found} == {str(tmp_path / "x.png")}


def test_the_command_says_how_to_read_several(trained, files, tmp_path):
    written(files, 0, 1).save(tmp_path / "x.png")
    done = warm.command("predict", trained[0], tmp_path / "x.png")
    assert "shows 2 digits, not one; with --several, all are read" in done.stderr
    done = warm.command("predict", trained[0], tmp_path / "x.png", "--several")
    assert [line.split(": ")[1][0] for line in done.stdout.splitlines()] == ["7", "2"]


def test_a_string_is_one_picture(trained, files, tmp_path):
    """Not a list of paths of one character each."""
    written(files, 0).save(tmp_path / "x.png")
    (found,) = prediction.predict(trained[0], str(tmp_path / "x.png")).predictions
    assert found.image == str(tmp_path / "x.png") and found.digit == 7


def test_the_steps_are_shown_even_of_what_is_refused(trained, files, tmp_path):
    written(files, 0, 1).save(tmp_path / "x.png")
    with pytest.raises(ImageError):
        prediction.predict(trained[0], tmp_path / "x.png", show=tmp_path / "steps.png")
    steps = np.asarray(Image.open(tmp_path / "steps.png").convert("L"))
    # The last two of six cells are the digits, enlarged by 8.
    left = steps.shape[1] - 2 * 232
    for place, digit in enumerate(read_digits(tmp_path / "x.png")):
        cell = steps[24:248, left + 232 * place :][:224, :224]
        np.testing.assert_allclose(cell[4::8, 4::8], 255 * digit.reshape(28, 28), atol=1)


def sixteen_bits(pixels, most):
    return Image.fromarray((most * (1 - np.asarray(pixels) / 255.0)).astype(np.uint16))


def with_light_ink(pixels):
    layers = np.full((*pixels.size[::-1], 4), 255, np.uint8)
    layers[..., 3] = np.asarray(pixels)
    return Image.fromarray(layers)


def with_a_palette(pixels):
    return Image.merge("RGB", [ImageOps.invert(pixels)] * 3).quantize(16)


FORMS = {
    "16 bits": lambda pixels: sixteen_bits(pixels, 65535),
    "12 bits": lambda pixels: sixteen_bits(pixels, 4095),
    "light ink on nothing": with_light_ink,
    "palette": with_a_palette,
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_png(files, tmp_path, form):
    """All are the same digit as in 8 bits on white."""
    pixels = stretched(files.test_images[1], 280)
    FORMS[form](pixels).save(tmp_path / "x.png")
    ImageOps.invert(pixels).save(tmp_path / "plain.png")
    same = read_digit(tmp_path / "plain.png")
    assert np.abs(read_digit(tmp_path / "x.png") - same).mean() < 0.01


@pytest.mark.parametrize("size", [(1300, 800), (800, 1300), (2000, 500)])
def test_a_digit_keeps_its_proportions(files, tmp_path, size):
    """However large the picture, and whichever side is the longer one."""
    picture = Image.new("L", size, 235)
    picture.paste(40, (100, 100), stretched(files.test_images[1], 400))
    picture.save(tmp_path / "x.png")
    read = read_digit(tmp_path / "x.png").reshape(28, 28) > 0.5
    extents = [np.ptp(np.nonzero(each), axis=1) for each in (read, files.test_images[1] > 127)]
    assert np.abs(extents[0] - extents[1]).max() <= 1


def test_a_long_picture_takes_little_memory(tmp_path):
    """As many pixels as are allowed, in one column, with a palette of one bit."""
    Image.new("1", (1, 99_999_999), 1).save(tmp_path / "x.png")
    code = f"""
import resource
from legacy_cnn.errors import ImageError
from legacy_cnn.pictures import read
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read({str(tmp_path / "x.png")!r}).digit()
except ImageError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    message, megabytes = done.stdout.splitlines()
    assert "shows no digit" in message and int(megabytes) < 400


@pytest.mark.parametrize("given", [b"x.png", 5, None, [b"x.png"], [5], [np.zeros(3)]])
def test_what_is_no_path(tmp_path, given):
    """A number would be taken for a file that is open already."""
    with pytest.raises(UsageError, match=r"^pictures must be a path or a list of paths; it has"):
        prediction.predict(tmp_path, given)


def test_no_pictures(tmp_path):
    with pytest.raises(UsageError, match=r"^pictures is empty; pass at least one picture\.$"):
        prediction.predict(tmp_path, [])
