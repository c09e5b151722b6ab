"""Joining in a real browser, each person doing their part: from an empty form to the first poll,
and, for an organisation of no category, as far as two thirds of the Board let it.
"""

import re
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Page
from taxii2client.v21 import Collection

from cloudsirt.auth import passwords
from feeds.topics import collection_named
from tests.cloudsirt.uploads.files import pdf
from tests.objects import indicator
from tests.plumbing.site import Site, serving
from tests.world import PASSWORD, World
from tlp import Perimeter

pytestmark = pytest.mark.browser

SECRETARIAT = ("sue", "sam")
BOARD = ("bea", "ben", "bob")
APPLICANT = "ana@alder.example.org"
NEW_PASSWORD = "another password for tests only"


@pytest.fixture
def engine_name() -> str:
    """What a browser does needs one engine; the commands are tested on both."""
    return "sqlite"


@pytest.fixture
def site(world: World, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A secretariat of two, a Board of three, and a member who shares something."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    world.board(*BOARD)
    world.member("Office", "sue", "secretariat")
    world.person("sam", "Office", "secretariat")
    for name in (*BOARD, *SECRETARIAT):
        world.set_password(name)
    with serving(world, browser) as made:
        yield made


def letters_to(world: World, address: str) -> str:
    """All letters to an address, after a round of the worker."""
    world.work()
    found = [letter for letter in world.letters() if f"<{address}>" in f"<{letter['To']}>"]
    return "\n".join(letter.get_content().replace("\r\n", "\n") for letter in found)


def link_to(world: World, address: str, what: str) -> str:
    """The path of a secret link in a letter to an address, such as `/welcome/…`."""
    found = re.findall(rf"({what}\S{{64}})$", letters_to(world, address), re.MULTILINE)
    return str(found[-1])


def press(page: Page, button: str) -> None:
    """Press a button by its name."""
    page.get_by_role("button", name=button, exact=True).first.click()


def fill(page: Page, **fields: str) -> None:
    """Fill in fields by their ids; double underscores stand for dots."""
    for name, text in fields.items():
        page.locator(f'[id="{name.replace("__", ".")}"]').fill(text)


# each person's part


def begin(site: Site) -> Page:
    """An applicant asks for a link, and opens it."""
    page = site.page()
    page.goto("/apply")
    page.get_by_label("E-mail address").fill(APPLICANT)
    page.get_by_label("Time zone").select_option("Europe/Lisbon")
    press(page, "Send me a link")
    page.goto(link_to(site.world, APPLICANT, "/apply/open/"))
    press(page, "Open it here")
    return page


def say_who(page: Page) -> None:
    """The steps that every category shares."""
    page.goto("/apply/organisation")
    fill(
        page,
        name="Alder CERT",
        country="PT",
        website="https://alder.example.org",
        constituency="Ports and harbours.",
    )
    press(page, "Save and continue")
    for name in ("team", "mission", "constituency", "authority", "mail"):
        page.locator(f'[id="profile.{name}"]').fill(f"The {name} of Alder.")
    press(page, "Save and continue")


def name_contact(page: Page) -> None:
    """One person who represents, signs, and is reached around the clock."""
    page.goto("/apply/contacts")
    fill(
        page,
        contacts__0__name="Ana Alder",
        contacts__0__email=APPLICANT,
        contacts__0__phone="+351 210 000 000",
        contacts__0__hours="24/7",
    )
    for role in ("representative", "signatory", "incident-contact"):
        page.locator(f'[id="contacts.0.{role}"]').check()
    press(page, "Save and continue")


def submit(page: Page) -> None:
    """Hand it in."""
    page.goto("/apply/review")
    press(page, "Submit the application")
    assert "submitted" in page.locator("main").inner_text()


def take_up(site: Site) -> str:
    """The secretariat takes the application up from its desk; its path."""
    page = site.page(name="sue")
    page.goto("/secretariat")
    page.get_by_role("link", name="Alder CERT").first.click()
    press(page, "Take it up")
    return page.url.removeprefix(site.address)


def judge(site: Site, path: str, name: str, criterion: str) -> None:
    """One reviewer judges one criterion."""
    page = site.page(name=name)
    page.goto(path)
    case = page.locator(f'[id="criterion-{criterion}"]')
    case.locator("summary", has_text="Judge").first.click()
    case.get_by_label("Met", exact=True).check()
    case.get_by_label("Reason").fill("The statute names it.")
    case.get_by_role("button", name="Judge").click()


def vote(site: Site, name: str, choice: str) -> None:
    """A seat votes from the Board's room."""
    page = site.page(name=name)
    page.goto("/board")
    page.get_by_role("link", name="Alder CERT").first.click()
    page.get_by_label(choice, exact=True).check()
    page.locator("#vote-password").fill(PASSWORD)
    press(page, "Vote")


def arrive(site: Site) -> Page:
    """The new representative follows the invitation, and chooses a password."""
    page = site.page()
    page.goto(link_to(site.world, APPLICANT, "/welcome/"))
    for field in page.locator('input[type="password"]').all():
        field.fill(NEW_PASSWORD)
    press(page, "Set the password and go on")
    return page


def bind(page: Page) -> None:
    """Sign for the organisation, and acknowledge for oneself."""
    page.goto("/organisation/nda")
    page.locator("#sign-password").fill(NEW_PASSWORD)
    press(page, "Sign for Alder CERT")
    page.goto("/acknowledge")
    press(page, "I have read it and will keep to it")


def issue_token(page: Page) -> str:
    """A token for one's own tool."""
    page.goto("/account/tokens/new")
    page.get_by_label("Label").fill("poller")
    page.get_by_label("Your own password").fill(NEW_PASSWORD)
    press(page, "Issue the token")
    return page.locator("dd code", has_text="cst_").inner_text().strip()


# the two journeys


def test_from_an_empty_form_to_the_first_poll(site: Site) -> None:
    """Applicant, two reviewers, Board, signatory, and then a TAXII client that gets the feed."""
    shared = indicator("TLP:AMBER", name="Seen at a member")
    site.world.share("bea", shared)
    page = begin(site)
    say_who(page)
    page.locator("#category-csirt").check()
    press(page, "Save and continue")
    page.goto("/apply/category/csirt-statute")
    page.get_by_label("How this is so").fill("By statute 12 of 2020.")
    page.locator("#files").set_input_files(
        {"name": "statute.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    )
    press(page, "Save and continue")
    name_contact(page)
    submit(page)
    path = take_up(site)
    for reviewer in SECRETARIAT:
        judge(site, path, reviewer, "csirt-statute")
    office = site.page(name="sam")
    office.goto(path)
    press(office, "Confirm: eligible")
    press(office, "Put the admission to the Board")
    vote(site, "bea", "For")
    vote(site, "ben", "For")
    page.goto("/apply/status")
    assert "waiting for the NDA" in page.locator("main").inner_text()
    member = arrive(site)
    bind(member)
    member.goto("/organisation/")
    assert "Member in good standing" in member.locator("main").inner_text()
    token = issue_token(member)
    found = collection_named(Perimeter.MEMBERS, "everything")
    assert found is not None
    url = f"{site.address}/taxii2/members/collections/{found.id}/"
    polled = Collection(url, user=APPLICANT, password=token).get_objects()
    assert [item["id"] for item in polled["objects"]] == [shared["id"]]
    assert not site.complaints


def test_two_thirds_of_all_seats_fail_by_one_vote(site: Site) -> None:
    """Of no category: one of three for it, two are needed, one against and one abstained."""
    page = begin(site)
    say_who(page)
    page.locator("#category-other").check()
    press(page, "Save and continue")
    page.goto("/apply/category/other-why")
    page.get_by_label("How this is so").fill(
        "Runs exchange points, and sees what nobody else sees."
    )
    page.get_by_label("Links").fill("https://alder.example.org/why")
    press(page, "Save and continue")
    name_contact(page)
    submit(page)
    path = take_up(site)
    office = site.page(name="sam")
    office.goto(path)
    press(office, "Confirm: not eligible")
    press(office, "Ask two thirds of the Board")
    vote(site, "bea", "For")
    vote(site, "ben", "Against")
    page.goto("/apply/status")
    assert "before the Board" in page.locator("main").inner_text()
    vote(site, "bob", "Abstain")
    office.goto("/board")
    office.get_by_role("link", name="Alder CERT").first.click()
    assert "two thirds of all 3 seats" in office.locator("main").inner_text().casefold()
    page.goto("/apply/status")
    assert "declined" in page.locator("main").inner_text()
    assert "was declined" in letters_to(site.world, APPLICANT)
    assert not site.complaints
