"""The lab as one meets it: in Chromium, on a real server."""

import os
import re
import runpy
import shutil
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.staticfiles import StaticFiles

from legacy_cnn.lab.app import Lab
from legacy_cnn.lab.gate import Gate, Keys
from legacy_cnn.lab.learners import Learners
from legacy_cnn.lab.queue import Queue
from legacy_cnn.lab.room import Room
from legacy_cnn.settings import LabSettings
from tests.support.labs import served

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def lab():
    """The address of a lab with untrained weights, with its token."""
    room = Room(LabSettings())
    room.begin(room.draws(scaled=True).initial_weights())
    keys, learners = Keys(), Learners(2)
    application = Lab(room, Queue(iter(())), learners).application()
    with served(Gate(application, keys, learners, is_open=False)) as address:
        yield f"{address}/?token={keys.token}"


@pytest.fixture(scope="module")
def browser():
    from selenium import webdriver

    # Where the tests of a change run, it is a failure that there is none.
    if shutil.which("chromedriver") is None and "CI" not in os.environ:
        pytest.skip("needs Chromium and its driver")
    options = webdriver.ChromeOptions()
    for switch in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{switch}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_window_size(1400, 1000)
    yield driver
    driver.quit()


@pytest.fixture
def page(lab, browser):
    browser.get(lab)
    made = Page(browser)
    assert "Nothing has run yet" in made.wait("#value", "Nothing")
    made.click("[data-name='add_3']")
    made.wait("#value", "needed")
    yield made
    assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []
    assert "token" not in browser.current_url


class Page:
    """The page in the browser."""

    def __init__(self, driver):
        self.driver = driver

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def click(self, selector):
        self.driver.execute_script("arguments[0].click()", self.find(selector))

    def text(self, selector):
        return self.find(selector).text

    def wait(self, selector, text, patience=60):
        """Waits until an element has a text; returns all of its text."""
        from selenium.common.exceptions import StaleElementReferenceException
        from selenium.webdriver.support.ui import WebDriverWait

        waiting = WebDriverWait(
            self.driver, patience, 0.1, ignored_exceptions=[StaleElementReferenceException]
        )
        waiting.until(lambda _: text in self.text(selector))
        return self.text(selector)

    def lit(self):
        return {
            one.get_attribute("data-name")
            for one in self.driver.find_elements("css selector", ".chip.lit")
        }

    def check_access(self):
        """Nothing on the page is unreadable, as axe sees it."""
        from axe_core_python.selenium import Axe

        found = Axe().run(self.driver)["violations"]
        assert [(one["id"], [n["target"] for n in one["nodes"]]) for one in found] == []


def test_a_fetch_lights_up_what_it_needed(page):
    page.click("[data-name='Relu']")
    page.wait("#value h3", "Relu")
    assert {"Conv2D", "Relu"} <= page.lit() and "MatMul" not in page.lit()
    assert len(page.driver.find_elements("css selector", ".pictures canvas")) == 32
    page.check_access()


def test_a_placeholder_that_is_not_fed_is_tensorflows_own_error(page):
    page.click("[value=keep_prob]")
    said = page.wait("#value", "You must feed a value for placeholder tensor 'Placeholder_2'")
    assert "Not fed: keep_prob" in said
    assert "missing" in page.find("[data-name='Placeholder_2']").get_attribute("class")
    page.check_access()
    page.click("#value .tools button")
    assert "keep_prob" in page.wait("#value", "This run needed")


def test_a_drawing_is_fed_with_the_mouse_and_with_the_keyboard(page):
    from selenium.webdriver import ActionChains, Keys

    def ink():
        return page.driver.execute_script(
            "const seen = document.querySelector('#seen').getContext('2d');"
            "const { data } = seen.getImageData(0, 0, 28, 28);"
            "return data.filter((grey, at) => at % 4 === 0 && grey > 99).length;"
        )

    page.click("#clear")
    assert ink() == 0
    pad = page.find("#pad")
    actions = ActionChains(page.driver).move_to_element_with_offset(pad, 0, -60)
    actions.click_and_hold().move_by_offset(5, 60).move_by_offset(0, 50).release().perform()
    assert ink() > 20
    page.click("#clear")
    pad.send_keys(Keys.SPACE, *[Keys.ARROW_DOWN] * 5, Keys.SPACE)
    assert ink() > 20


def test_twelve_runs_flicker_with_the_dropout_on(page):
    slider = "const keep = document.querySelector('#keep'); keep.value = 0.5;"
    page.driver.execute_script(f"{slider} keep.dispatchEvent(new Event('input'))")
    page.click("#twelve")
    page.wait("#runs", "run 12")
    rows = page.driver.find_elements("css selector", "#runs tbody tr")
    assert len({row.text.partition(" ")[2][1:] for row in rows[:12]}) > 1
    assert "0.5: each run draws anew which" in page.text("#why") and page.text("#kept") == "0.5"
    page.check_access()
    page.driver.execute_script(
        f"{slider.replace('0.5', '1')} keep.dispatchEvent(new Event('input'))"
    )
    page.wait("#why", "every run gives the same answer")


def test_the_type_of_a_projector_leaves_room_for_the_graph(page):
    page.click("#larger")
    columns = page.driver.execute_script(
        "const graph = document.querySelector('.graph').getBoundingClientRect();"
        "return [...document.querySelectorAll('.graph .head')]"
        ".filter((head) => head.getBoundingClientRect().right < graph.right).length;"
    )
    assert columns >= 3
    page.check_access()


def test_the_code_of_what_was_clicked_runs(page):
    page.click("[data-name='Relu']")
    page.click("#tab-code")
    assert "conv1 = tf.nn.relu" in page.wait("#line", "conv1")
    page.check_access()
    page.click(".three button")
    printed = page.wait(".printed", "step 2")
    assert printed.startswith("when built: Tensor(")


def test_a_mistake_is_switched_on_and_trained(page):
    page.click("#tab-train")
    page.click("#step")
    page.wait("#trained", "Step 1: loss")
    page.check_access()
    select = "const s = document.querySelector('#choice-variant'); s.value = 'late_pooling';"
    page.driver.execute_script(f"{select} s.dispatchEvent(new Event('change'))")
    page.click("#step")
    assert "in the first step" in page.wait("#trained", "refuses")
    page.click("#reset")
    page.wait("#value", "Nothing has run yet")


def test_the_port_is_shown_and_named(page):
    page.click("#tab-search")
    page.wait(".source", "import keras")
    page.check_access()
    script = "const s = document.querySelector('#named'); s.selectedIndex = 1;"
    page.driver.execute_script(script)
    page.driver.execute_script("[...document.querySelectorAll('button')].at(-1).click()")
    page.wait("#verdict", "")


@pytest.mark.parametrize("width", [390, 1400])
def test_nothing_is_wider_than_the_window(page, width):
    page.driver.set_window_size(width, 900)
    for tab in ("graph", "code", "train", "search"):
        page.click(f"#tab-{tab}")
        wide, window = page.driver.execute_script(
            "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= window, tab
    page.driver.set_window_size(1400, 1000)


def test_a_browser_without_token_is_asked_for_the_code(browser, lab):
    browser.delete_all_cookies()
    browser.get(lab.partition("?")[0])
    assert "Enter the code" in browser.find_element("css selector", "main").text


def test_the_page_of_the_site_has_recorded_answers(browser, tmp_path):
    configuration = Path(__file__).parent.parent / "docs" / "conf.py"
    runpy.run_path(str(configuration))["write_lab"](tmp_path)
    application = Starlette()
    application.mount("/", StaticFiles(directory=tmp_path, html=True))
    with served(application) as address:
        browser.get(f"{address}/index.html")
        made = Page(browser)
        assert "recorded answers" in made.wait("#training", "recorded")
        made.click("[data-name='Relu']")
        made.wait("#value", "needed 9 of 432")
        made.click("#wavering")
        assert re.match(r"Image \d+, label \d: with", made.wait("#offered", "from run to run"))
        made.click("#tab-train")
        made.click("#step")
        made.wait("#place", "start the lab")
        assert [e for e in browser.get_log("browser") if e["level"] == "SEVERE"] == []
