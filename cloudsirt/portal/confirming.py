"""A page between a button and what cannot be taken back: it says what follows, and asks again."""

from collections.abc import Mapping, Sequence

from flask import render_template, request
from flask.typing import ResponseReturnValue

from cloudsirt.portal.chrome import banner
from tlp import Label


def is_confirmed() -> bool:
    """Whether the form came from the page that asks again."""
    return request.form.get("confirmed") == "yes"


def confirmation(
    *,
    heading: str,
    title: str,
    texts: Sequence[str],
    button: str,
    back: str,
    fields: Mapping[str, str],
    label: Label | None = None,
    findings: Sequence[tuple[str, str, str]] = (),
) -> ResponseReturnValue:
    """The page; its form goes to where this request went. `label` is that of what it shows."""
    return render_template(
        "confirm.html",
        heading=heading,
        title=title,
        banner=banner(label) if label is not None else None,
        texts=texts,
        button=button,
        back=back,
        fields=fields,
        findings=findings,
        action=request.path,
    )
