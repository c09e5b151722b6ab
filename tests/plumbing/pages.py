"""A browser without a screen: pages, the forms on them, and somebody who is signed in."""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cloudsirt import clock
from cloudsirt.auth import sessions
from tests.world import PASSWORD, World


@dataclass
class Form:
    """One form of a page: where it goes, what it sends by itself, and its buttons' values."""

    action: str
    method: str
    id: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Reads the forms of a page as a browser would send them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._inside: Form | None = None
        self._open, self._text = "", ""
        self._elsewhere: list[tuple[str, tuple[str, str]]] = []
        self.feed(text)
        for id_, button in self._elsewhere:
            next(form for form in self.found if form.id == id_).buttons.append(button)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = Form(
                given.get("action", ""), given.get("method", "get"), given.get("id", "")
            )
            self.found.append(self._inside)
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "button" and "form" in given:
            self._elsewhere.append((given["form"], (name, value)))
        if self._inside is None:
            return
        if tag == "input":
            self._inside.fields[name] = value
        elif tag == "button":
            self._inside.buttons.append((name, value))
        elif tag in ("textarea", "select"):
            self._open, self._text = name, ""
        elif tag == "option" and ("selected" in given or self._open not in self._inside.fields):
            self._inside.fields[self._open] = value

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._inside is not None:
            self._inside.fields[self._open] = self._text.removeprefix("\n")
        if tag == "form":
            self._inside = None


class Portal:
    """The portal as one person uses it."""

    def __init__(self, world: World, name: str | None) -> None:
        self.client: FlaskClient = world.client()
        self.last: TestResponse | None = None
        if name is not None:
            world.set_password(name)
            secret = clock.new_secret()
            sessions.sign_in(world.house, f"{name}@example.org", PASSWORD, secret)
            self.client.set_cookie("cloudsirt", secret)

    def page(self, path: str, status: int = 200) -> str:
        """The text of a page."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def words(self, path: str) -> str:
        """What a page says, without its markup."""
        return words_of(self.page(path))

    def send(
        self, page: str, action: str, status: int = 303, button: str | None = None, **changes: str
    ) -> str:
        """Fill in the form on a page that goes to an action ending like this, and send it."""
        return self.submit(self.form(self.page(page), action), status, button, **changes)

    def submit(
        self, form: Form, status: int = 303, button: str | None = None, **changes: str
    ) -> str:
        """Send a form, with some fields changed, by one of its buttons."""
        data = {**form.fields, **changes}
        if button is not None:
            assert button in [value for _, value in form.buttons], form.buttons
            data["action"] = button
        answer = self.client.post(form.action, data=data)
        assert answer.status_code == status, answer.text
        self.last = answer
        return answer.text

    def form(self, text: str, action: str) -> Form:
        """The one form of a page that is posted to an action ending like this."""
        posted = [form for form in forms_of(text) if form.method == "post"]
        found = [form for form in posted if form.action.endswith(action)]
        assert len(found) == 1, [form.action for form in posted]
        return found[0]

    def post(self, path: str, status: int, **data: str) -> str:
        """Send a form that no page offered, with a token that is good."""
        token = _Forms(self.page("/desk")).found[0].fields["csrf_token"]
        answer = self.client.post(path, data={"csrf_token": token, **data})
        assert answer.status_code == status, answer.text
        return answer.text


def forms_of(text: str) -> list[Form]:
    """The forms of a page, in their order."""
    return _Forms(text).found


def words_of(text: str) -> str:
    """What a person reads of a page."""
    main = text.partition("<main")[2].partition("</main>")[0]
    plain = html.unescape(re.sub(r"<[^>]+>", " ", main))
    return re.sub(r"\s+", " ", plain)
