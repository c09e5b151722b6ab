"""docs/clients.md, made of what the page “Connect your tools” shows.

`python -m tests.clients.document` writes it; `test_document.py` compares.
"""

from collections.abc import Iterator
from pathlib import Path

from cloudsirt.portal.account.products import PRODUCTS, Place, Product, fill
from feeds.taxii.profiles import PROFILES
from tlp import Perimeter

DOCUMENT = Path(__file__).parents[2] / "docs" / "clients.md"
PLACE = Place("https://share.example.org", "you@example.org", Perimeter.MEMBERS)
_HEAD = (
    "# Connect your tools\n\n"
    "The settings of each product. The portal has the same page with your own addresses and user "
    "name filled in: *Connect your tools*, linked from your account page. Here they are those of a "
    "member of `https://share.example.org` with the user name `you@example.org`. This document is "
    "made of what that page is made of (`cloudsirt/portal/products.py`); "
    "`python -m tests.clients.document` writes it.\n\n"
    "The password is always an API token, never the one for the portal: `cloudsirt token issue`, "
    "or *Issue a token* on the account page. A tool that runs unattended better has a service "
    "account. What each token asked last, and how it was answered, stands on the account page of "
    "its holder, and under *Service accounts* for representatives.\n\n"
    "What a product sends, and what it needs of each answer, is tested: `tests/clients/`.\n"
)
_PROFILES = (
    "\n## Client profiles\n\n"
    "A few products cannot take an answer as TAXII 2.1 has it. A token that is issued for one of "
    "them (`cloudsirt token issue --client NAME`, or *Product* in the form) is answered otherwise "
    "in these points; every other token strictly by the standard. What is in an answer never "
    "depends on it.\n\n"
    "| name | product | an empty list is | a foreign cursor is | why | where that was read |\n"
    "|---|---|---|---|---|---|\n"
)


def document() -> str:
    """The whole document."""
    return _HEAD + "".join(map(_section, PRODUCTS)) + _PROFILES + "".join(_profiles())


def _section(product: Product) -> str:
    lines = [f"\n## {product.title}\n\n{product.lead}\n"]
    if product.settings:
        lines.append("\n| setting | value |\n|---|---|\n")
        lines += [
            f"| {setting.name} | `{fill(setting, PLACE).replace('|', chr(92) + '|')}` |\n"
            for setting in product.settings
        ]
        lines.append(f"| Product, when you issue the token | {product.profile.title} |\n")
    if product.notes:
        lines += ["\n", *(f"* {note}\n" for note in product.notes)]
    return "".join(lines)


def _profiles() -> Iterator[str]:
    for profile in PROFILES:
        empty = "written" if profile.lists_nothing else "left out"
        foreign = "taken for none" if profile.restarts else "refused"
        yield f"| `{profile.name}` | {profile.title} | {empty} | {foreign} | {profile.reason} "
        yield f"| {profile.source.replace('|', chr(92) + '|')} |\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
