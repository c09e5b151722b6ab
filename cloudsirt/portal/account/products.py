"""How to connect each product: the names of its settings, and what goes there.

The page “Connect your tools” and docs/clients.md are both made of this, so they say the same;
`fill` puts somebody's own addresses in. What products send was read in their source, and the
tests send it (tests/clients). The reasons for client profiles stand in `feeds.taxii.profiles`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from feeds.taxii.profiles import ELASTIC, OPENCTI, STANDARD, XSOAR, ClientProfile
from feeds.topics import Collection, Topic, collection_named
from tlp import Perimeter


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a product, by its name there; `{…}` is filled in."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Product:
    """What a product is set to. `posts`: it is for those who may contribute."""

    key: str
    title: str
    lead: str
    settings: tuple[Setting, ...] = ()
    notes: tuple[str, ...] = ()
    profile: ClientProfile = STANDARD
    posts: bool = False


TOKEN = "an API token"  # noqa: S105  # what goes into the field, in words
_ONE_COLLECTION = "To read one topic only, take its collection from the list on your account page."

PRODUCTS = (
    Product(
        "curl",
        "Any HTTP client",
        "To try whether name and token are good, and what you get.",
        (
            Setting(
                "Command",
                "curl -u {user} -H 'Accept: application/taxii+json;version=2.1' "
                "'{objects}?limit=10'",
            ),
        ),
        (
            "It asks for the password: paste the token. As `Authorization: Bearer` or "
            "`Authorization: Token` it goes without the name.",
            "Poll with `added_after` set to the header `X-TAXII-Date-Added-Last` of the last "
            "answer that had one: you will miss nothing and get nothing twice.",
        ),
    ),
    Product(
        "taxii2-client",
        "taxii2-client, the OASIS library for Python",
        "Reads, page by page, and posts.",
        (
            Setting("Collection(url, …)", "{collection}"),
            Setting("user", "{user}"),
            Setting("password", TOKEN),
        ),
        (
            "The token goes into `password`: with an empty password the library sends no "
            "credentials at all.",
            "Use the id in addresses, not the alias: the library compares them.",
        ),
    ),
    Product(
        "opencti-connector",
        "OpenCTI, connector “TAXII2”",
        "Reads into OpenCTI (external-import/taxii2).",
        (
            Setting("TAXII2_DISCOVERY_URL", "{discovery}"),
            Setting("TAXII2_USERNAME", "{user}"),
            Setting("TAXII2_PASSWORD", TOKEN),
            Setting("TAXII2_V21", "true"),
            Setting("TAXII2_COLLECTIONS", "{root_name}.{title}"),
            Setting("TAXII2_ENABLE_URL_QUERY_LIMIT", "true"),
            Setting("TAXII2_URL_QUERY_LIMIT", "500"),
        ),
        (
            "One collection for each connector: the time and the cursor of one are sent to the "
            "next.",
            "Let the clock of its machine be right, and set to UTC: it asks by its own clock.",
        ),
        profile=OPENCTI,
    ),
    Product(
        "opencti-feed",
        "OpenCTI, TAXII feeds",
        "Reads into OpenCTI, under Data, Ingestion, TAXII feeds.",
        (
            Setting("TAXII server URL", "{root_bare}"),
            Setting("TAXII version", "TAXII 2.1"),
            Setting("TAXII Collection", "{collection_id}"),
            Setting("Authentication type", "Basic user / password"),
            Setting("Username", "{user}"),
            Setting("Password", TOKEN),
        ),
        (_ONE_COLLECTION,),
    ),
    Product(
        "opencti-post",
        "OpenCTI, connector “TAXII POST”",
        "Posts from a live stream of OpenCTI (stream/taxii-post).",
        (
            Setting("TAXII_URL", "{discovery}"),
            Setting("TAXII_API_ROOT", "members"),
            Setting("TAXII_COLLECTION_ID", "{post_id}"),
            Setting("TAXII_LOGIN", "{user}"),
            Setting("TAXII_PASSWORD", TOKEN),
            Setting("TAXII_VERSION", "2.1"),
            Setting("TAXII_STIX_VERSION", "2.1"),
            Setting("TAXII_DELETE_MARKING_DEFINITION", "false"),
        ),
        (
            "With `true` there, which is how it comes, the markings are taken off: then your "
            "organisation's label for unmarked objects holds, else TLP:AMBER.",
        ),
        posts=True,
    ),
    Product(
        "xsoar",
        "Cortex XSOAR, TAXII 2 Feed",
        "Reads indicators into Cortex XSOAR.",
        (
            Setting("Discovery Service URL", "{discovery}"),
            Setting("Username / API Key", "{user}"),
            Setting("Password", TOKEN),
            Setting("API Root to Use", "{root_name}"),
            Setting("Collection Name To Fetch Indicators From", "{title}"),
            Setting("Traffic Light Protocol Color", "AMBER"),
        ),
        (
            "It knows the markings of TLP 1.0 alone, and gives all else the colour that is set "
            "here: so it must not be a mild one.",
            "It goes on from the latest `modified` that it has seen. Fetch in full now and then, "
            "so that what was released to you late is there too.",
        ),
        profile=XSOAR,
    ),
    Product(
        "elastic",
        "Elastic, Custom Threat Intelligence",
        "Reads into Elastic (ti_custom, through the Elastic Agent).",
        (
            Setting("Enable TAXII 2.1", "on"),
            Setting("URL", "{objects}"),
            Setting("Username", "{user}"),
            Setting("Password", TOKEN),
            Setting("Accept Header", "application/taxii+json;version=2.1"),
            Setting("Initial interval", "720h"),
            Setting("Limit", "500"),
        ),
        (
            "Without an initial interval it reads everything each time.",
            "Leave the API key empty, or put the token there, with the type `Bearer`, instead of "
            "name and password.",
        ),
        profile=ELASTIC,
    ),
    Product(
        "sentinel",
        "Microsoft Sentinel, Threat intelligence: TAXII",
        "Reads indicators into Microsoft Sentinel.",
        (
            Setting("Friendly name", "CloudSIRT"),
            Setting("API root URL", "{root}"),
            Setting("Collection ID", "{collection_id}"),
            Setting("Username", "{user}"),
            Setting("Password", TOKEN),
            Setting("Polling frequency", "Once an hour"),
        ),
        (
            "It says little where nothing comes in: your last polls stand on your account page.",
            _ONE_COLLECTION,
        ),
    ),
    Product(
        "misp",
        "MISP, TAXII servers",
        "Posts events from MISP. Reading into MISP is not part of it.",
        (
            Setting("Base URL", "{base}"),
            Setting("API root", "members"),
            Setting("Collection", "{post_id}"),
            Setting("API key", "the output of: printf '%s' '{user}:TOKEN' | base64 -w0"),
        ),
        (
            "MISP writes TLP 2.0 as mere labels, which mark nothing: your organisation's label "
            "for unmarked objects holds, else TLP:AMBER.",
        ),
        posts=True,
    ),
    Product(
        "splunk",
        "Splunk, CTIS TAXII add-on",
        "Posts groupings of indicators from Splunk (TA_CTIS_TAXII).",
        (
            Setting("Server base URL", "{members}"),
            Setting("Username", "{user}"),
            Setting("Password", TOKEN),
            Setting("Collection ID", "{post_id}"),
        ),
        posts=True,
    ),
    Product(
        "cabby",
        "Cabby, and whatever else speaks TAXII 1",
        "Cannot be connected. CloudSIRT speaks TAXII 2.1 alone, and answers TAXII 1 with 406 and a "
        "sentence that says so.",
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose settings: the address of the site, a user name, the perimeter that is read."""

    site: str
    user: str
    perimeter: Perimeter

    def values(self) -> Mapping[str, str]:
        """What is filled in, by name."""
        base = f"{self.site}/taxii2"
        read, posted = _found(self.perimeter, None), _found(Perimeter.MEMBERS, Topic.ATTACKS)
        root = f"{base}/{self.perimeter.value}"
        return {
            "base": base,
            "discovery": f"{base}/",
            "root": f"{root}/",
            "root_bare": root,
            "root_name": self.perimeter.value,
            "members": f"{base}/{Perimeter.MEMBERS.value}/",
            "title": read.title,
            "collection_id": read.id,
            "collection": f"{root}/collections/{read.id}/",
            "objects": f"{root}/collections/{read.id}/objects/",
            "post_id": posted.id,
            "user": self.user,
        }


def fill(setting: Setting, place: Place) -> str:
    """The value of a setting at somebody's place."""
    return setting.value.format_map(place.values())


def _found(root: Perimeter, topic: Topic | None) -> Collection:
    found = collection_named(root, topic.value if topic is not None else "everything")
    if found is None:
        raise RuntimeError("every root has a collection for each topic, and one for everything")
    return found
