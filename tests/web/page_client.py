"""A test client that polices the manners of the application: whatever it fetches has to be well made.

Every answer in HTML is parsed strictly; a page has one h1, a title that begins with it, unique ids, labels
that point to fields and fields that have labels; no request leaves a connection behind; no GET commits.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from riskapp.web.product import Product

FormData = Mapping[str, object]
SVG = "{http://www.w3.org/2000/svg}svg"
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


@dataclass(frozen=True)
class Page:
    """One answer: its status, headers and, for HTML, its parsed tree."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def location(self) -> str:
        return self.response.headers["Location"]

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def is_html(self) -> bool:
        return self.response.mimetype == "text/html" and bool(self.html)

    @property
    def is_whole(self) -> bool:
        return "<html" in self.html

    @cached_property
    def tree(self) -> Element:
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        parsed: Element = parser.parse(self.html) if self.is_whole else parser.parseFragment(self.html)
        return parsed

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Return the elements with this tag whose attributes have these values; `class_` stands for class."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.tree.iter(tag)
            if all(element.get(name) == value for name, value in wanted.items())
        ]

    @property
    def heading(self) -> str:
        return words_in(self.all("h1")[0])

    @property
    def words(self) -> str:
        """Return the text of the main part, white space made even."""
        return " ".join(words_in(element) for element in self.all("main"))

    @property
    def problems(self) -> list[str]:
        """Return the messages of the error summary."""
        return [words_in(link) for box in self.all("div", id="error-summary") for link in box.iter("a")]

    @property
    def notices(self) -> list[str]:
        return [words_in(box) for box in self.all("div", role="status")]

    def link(self, text: str) -> str:
        """Return the address of the first link with this text."""
        return next(link.get("href", "") for link in self.all("a") if words_in(link) == text)

    def action(self, text: str) -> str:
        """Return where the form of the first button with this text goes."""
        forms = (form for form in self.all("form") for each in form.iter() if _is_button(each, text))
        return next(form.get("action", "") for form in forms)

    def value(self, name: str) -> str:
        """Return what the first field of this name holds."""
        for tag in ("input", "textarea", "select"):
            for field in self.all(tag, name=name):
                return _value(field)
        raise LookupError(name)


def words_in(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_button(element: Element, text: str) -> bool:
    return element.tag.endswith("button") and words_in(element) == text


def _value(field: Element) -> str:
    if field.tag == "select":
        chosen = [option for option in field.iter("option") if "selected" in option.attrib]
        return (chosen or list(field.iter("option")))[0].get("value", "")
    return words_in(field) if field.tag == "textarea" else field.get("value", "")


class PageClient:
    """Fetches pages as one visitor, and checks each on the way."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        product: Product = app.extensions["riskapp"]
        self._engine = product.office.database.engine
        self._token = ""
        self._commits = 0
        event.listen(self._engine, "commit", self._count)

    @property
    def token(self) -> str:
        """Return the token of the last page that had one."""
        return self._token

    def _count(self, connection: object) -> None:
        del connection
        self._commits += 1

    def get(self, path: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Page:
        before = self._commits
        page = self._checked(self.client.get(path, headers=headers, buffered=True), path, status=status)
        refused = status == 403
        assert refused or self._commits == before, f"GET {path} committed: reading changes nothing"
        return page

    def post(
        self,
        path: str,
        data: FormData | None = None,
        *,
        status: int = 303,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> Page:
        """Send a form with the token of the last page that had one."""
        sent = {"csrf_token": self._token if token is None else token, **(data or {})}
        return self._checked(
            self.client.post(path, data=sent, headers=headers, buffered=True), path, status=status
        )

    def follow(self, page: Page) -> Page:
        return self.get(page.location)

    def _checked(self, response: TestResponse, path: str, *, status: int) -> Page:
        page = Page(response)
        assert page.status == status, f"{path} answered {page.status}, not {status}: {page.html[:2000]}"
        left = getattr(self._engine.pool, "checkedout", lambda: 0)()
        assert not left, f"{path} left {left} connections open"
        if page.is_html and not 300 <= page.status < 400:
            faults = list(faults_of(page))
            assert not faults, f"{path}: {'; '.join(faults)}"
            tokens = page.all("input", name="csrf_token")
            self._token = tokens[-1].get("value", "") if tokens else self._token
        return page


def faults_of(page: Page) -> Iterator[str]:
    """Yield what is wrong with a page, in words; parsing raises where it is no valid HTML."""
    ids = [element.get("id", "") for element in page.tree.iter() if "id" in element.attrib]
    yield from (f"the id {name!r} stands twice" for name, times in Counter(ids).items() if times > 1)
    yield from _labels(page, ids)
    yield from _references(page, ids)
    for element in page.tree.iter():
        if (
            element.tag == "style"
            or "style" in element.attrib
            or any(key.startswith("on") for key in element.attrib)
        ):
            yield f"<{element.tag}> has inline style or code, which the content security policy refuses"
    for form in page.all("form", method="post"):
        if not any(field.get("name") == "csrf_token" for field in form.iter("input")):
            yield f"the form to {form.get('action')} has no csrf_token"
    if page.is_whole:
        yield from _heading(page)


def _heading(page: Page) -> Iterator[str]:
    headings = page.all("h1")
    if len(headings) != 1:
        yield f"a page has one h1, this has {len(headings)}"
        return
    title = words_in(page.all("title")[0]).removeprefix("Error: ")
    if not page.heading or not title.startswith(page.heading):
        yield f"the title {title!r} begins with the heading {page.heading!r}"


def _labels(page: Page, ids: Sequence[str]) -> Iterator[str]:
    labelled = {label.get("for") for label in page.all("label")}
    for name in labelled:
        if name not in ids:
            yield f"a label points to {name!r}, which is not there"
    for tag in ("input", "select", "textarea"):
        for field in page.all(tag):
            named = (
                field.get("id") in labelled
                or "aria-label" in field.attrib
                or "aria-labelledby" in field.attrib
            )
            if not named and field.get("type") not in UNLABELLED and "hidden" not in field.attrib:
                yield f"the field {field.get('name')!r} has no label"


def _references(page: Page, ids: Sequence[str]) -> Iterator[str]:
    for element in page.tree.iter():
        for attribute in ("aria-describedby", "aria-controls", "aria-labelledby"):
            for name in element.get(attribute, "").split():
                if name not in ids:
                    yield f"{attribute} names {name!r}, which is not there"
        address = element.get("href", "")
        if page.is_whole and element.tag == "a" and address.startswith("#") and address[1:] not in ids:
            yield f"a link points to {address!r}, which is not there"
