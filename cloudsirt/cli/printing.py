"""How commands print: a document as JSON with `--json`, else lines for a person."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import click
import orjson

from cloudsirt.config import read_config
from cloudsirt.house import House, open_house

Command = TypeVar("Command", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def show(as_json: bool, document: Any, text: str) -> None:
    """Print the document as JSON, or the text."""
    click.echo(orjson.dumps(document).decode() if as_json else text)


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as aligned columns."""
    if not rows:
        return "none"
    names = list(rows[0])
    cells = [names, *([str(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[index]) for line in cells) for index in range(len(names))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def house() -> House:
    """The installation that the environment names, closed when the command ends."""
    opened = open_house(read_config())
    click.get_current_context().call_on_close(opened.database.close)
    return opened
