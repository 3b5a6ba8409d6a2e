"""Reads a page of HTML, and checks that it is whole and loads nothing."""

from html.parser import HTMLParser

#: Elements without an end tag.
VOID = {"meta", "img", "br"}
#: Elements that load something or run.
FORBIDDEN = {"script", "link", "iframe", "metadata", "object", "embed"}


class Page(HTMLParser):
    """The elements, ids and texts of a page."""

    def __init__(self, content):
        """Parses the page, and checks that every element is closed."""
        super().__init__()
        self.tags, self.ids = [], []
        self.texts = []  #: all but white space and style sheets
        self._open = []
        self.feed(content)
        self.close()
        assert self._open == []

    @property
    def text(self):
        """All texts, with single spaces."""
        return " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attributes):
        self.handle_startendtag(tag, attributes)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag not in FORBIDDEN
        self.tags.append(tag)
        for name, value in attributes:
            assert not name.startswith(("on", "xmlns"))
            if name == "src":
                assert value.startswith("data:image/png;base64,")
            if name.endswith("href"):
                assert value.startswith("#")
            if name == "id":
                self.ids.append(value)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open[-1:] != ["style"] and data.strip():
            self.texts.append(data)
