"""The form for one criterion: text, links one on each line, files to add and to take away."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage, MultiDict

from cloudsirt.errors import UploadRefused
from cloudsirt.house import House
from cloudsirt.uploads.accepting import Accepted, accept
from cloudsirt.uploads.kinds import LARGEST
from membership.applications.application import Answer
from membership.applications.applying import MOST_LINKS
from membership.record import LONGEST_TEXT, Problem

_LINK = re.compile(r"https?://[^\s<>\"\x00-\x1f]{4,500}")


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The values of the form as text; `removed` are the ids of files that were ticked."""

    text: str = ""
    links: str = ""
    removed: frozenset[str] = frozenset()


def form_of(answer: Answer) -> AnswerForm:
    """The form of an answer as it is stored."""
    return AnswerForm(answer.text, "\n".join(answer.links))


def read_answer(sent: MultiDict[str, str]) -> AnswerForm:
    """The form as it was sent."""
    return AnswerForm(
        sent.get("text", "").replace("\r\n", "\n").strip(),
        sent.get("links", "").replace("\r\n", "\n").strip(),
        frozenset(sent.getlist("removed")),
    )


def answer_of(form: AnswerForm) -> tuple[Answer, list[Problem]]:
    """The answer that a form makes, and what is wrong with it."""
    links = tuple(dict.fromkeys(form.links.split()))
    wrong: list[Problem] = []
    if len(form.text) > LONGEST_TEXT or "\x00" in form.text:
        wrong.append(Problem("text", f"At most {LONGEST_TEXT:,} characters."))
    if len(links) > MOST_LINKS:
        wrong.append(Problem("links", f"At most {MOST_LINKS} links."))
    bad = [item for item in links if not (_LINK.fullmatch(item) and item.isprintable())]
    if bad:
        wrong.append(
            Problem("links", f"“{bad[0][:80]}” is no address like https://www.example.org.")
        )
    return Answer(form.text, links), wrong


def accepted(
    house: House, sent: Iterable[FileStorage], wrong: list[Problem]
) -> tuple[Accepted, ...]:
    """The files that were sent, looked at; what is refused is said with the file's own name."""
    found: list[Accepted] = []
    for file in sent:
        if not file.filename:  # a field for files that was left empty
            continue
        try:
            found.append(accept(house, file.filename, file.stream.read(LARGEST + 1)))
        except UploadRefused as error:
            name = "".join(one for one in file.filename if one.isprintable())
            wrong.append(Problem("files", f"{name[-80:]}: {error}"))
    return tuple(found)
