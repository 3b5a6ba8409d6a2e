"""Reads pages of HTML, and checks that one is whole and loads nothing."""

from html.parser import HTMLParser

#: Elements without an end tag.
VOID = {"meta", "img", "br"}
#: Elements that load something or run.
FORBIDDEN = {"script", "link", "iframe", "metadata", "object", "embed"}


class AnyPage(HTMLParser):
    """The elements, ids and links of a page, and what it loads."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.ids = [], []
        self.links = []  #: what can be clicked
        self.loaded = []  #: images, scripts, frames and style sheets
        self.feed(content)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.handle_startendtag(tag, attributes)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        values = dict(attributes)
        if values.get("id"):
            self.ids.append(values["id"])
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag in ("img", "script", "iframe") and values.get("src"):
            self.loaded.append(values["src"])
        if tag == "link" and values.get("rel") == "stylesheet":
            self.loaded.append(values["href"])


class Page(AnyPage):
    """A page that must be whole, and stand alone: it loads nothing."""

    def __init__(self, content):
        """Parses the page, and checks that every element is closed."""
        self.texts = []  #: all but white space and style sheets
        self._open = []
        super().__init__(content)
        assert self._open == []

    @property
    def text(self):
        """All texts, with single spaces."""
        return " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attributes):
        super().handle_starttag(tag, attributes)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        super().handle_startendtag(tag, attributes)
        assert tag not in FORBIDDEN
        for name, value in attributes:
            assert not name.startswith(("on", "xmlns"))
            if name == "src":
                assert value.startswith("data:image/png;base64,")
            if name.endswith("href"):
                assert value.startswith("#")

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] != ["style"] and data.strip():
            self.texts.append(data)
