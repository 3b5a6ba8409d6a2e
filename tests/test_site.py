"""The site builds, its reference lists every public name, and its links work."""

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest
from sphinx.util.inventory import InventoryFile

import legacy_cnn
from support.pages import AnyPage

pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).parent.parent

#: Modules of the command line, and modules that others use internally. All others are public.
INTERNAL = {
    "__main__", "cli", "cluster", "commandline", "commands", "declarations", "escaping", "expected",
    "files", "lab", "locks", "outside", "processes", "provenance", "rundir", "streams",
    "tensorflow_start", "threads",
}  # fmt: skip
#: Packages without names of their own; their modules are public.
NAMESPACES = {"ports"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The directory of the site, built with warnings as errors."""
    directory = tmp_path_factory.mktemp("site")
    build = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", ROOT / "docs", directory],
        capture_output=True, text=True,
    )  # fmt: skip
    assert build.returncode == 0, build.stderr
    return directory


def public_modules():
    for module in pkgutil.iter_modules(legacy_cnn.__path__):
        if module.name in NAMESPACES:
            package = importlib.import_module(f"legacy_cnn.{module.name}")
            for inner in pkgutil.iter_modules(package.__path__):
                yield f"{package.__name__}.{inner.name}"
        elif module.name not in INTERNAL:
            yield f"legacy_cnn.{module.name}"


def public_names():
    """Qualified names of the classes and functions that a public module lists or defines."""
    for name in public_modules():
        module = importlib.import_module(name)
        for member, value in vars(module).items():
            defined = getattr(value, "__module__", None) == name and not member.startswith("_")
            listed = getattr(module, "__all__", None)
            if callable(value) and (defined if listed is None else member in listed):
                yield f"{name}.{member}"


def test_internal_modules_are_there():
    assert {each.name for each in pkgutil.iter_modules(legacy_cnn.__path__)} > INTERNAL


@pytest.mark.slow
def test_every_public_name_is_in_the_reference(site):
    with (site / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", lambda uri, path: path)
    documented = {name for kind, names in inventory.items() if "py:" in kind for name in names}
    missing = sorted({*public_modules(), *public_names()} - documented)
    assert not missing, missing


@pytest.mark.slow
def test_every_name_of_the_package_itself_is_in_the_reference(site):
    text = (site / "reference" / "index.html").read_text("utf-8")
    leads = " ".join(AnyPage(text).links)
    for name in legacy_cnn.__all__:
        assert f">{name}<" in text, name
        assert name == "__version__" or re.search(
            rf"#(module-)?legacy_cnn\.(\w+\.)?{name}\b", leads
        )


@pytest.mark.slow
def test_every_link_leads_somewhere_and_nothing_is_loaded_from_outside(site):
    pages = {path: AnyPage(path.read_text("utf-8")) for path in site.rglob("*.html")}
    assert len(pages) > 30
    for path, page in pages.items():
        for loaded in page.loaded:
            address = urlparse(loaded)
            assert (
                not address.scheme
                and not address.netloc
                and (path.parent / unquote(address.path)).exists()
            ), loaded
        for link in page.links:
            address = urlparse(link)
            if address.scheme:
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            assert target.exists(), (path, link)
            if address.fragment and target in pages:
                assert unquote(address.fragment) in pages[target].ids, (path, link)
    for path in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)[\s\"']*(https?:)?//", path.read_text("utf-8")), path
