"""The command line: one file for each subject; parse, run the same command as the portal, print.

Every command takes `--json` and then prints one JSON document on standard output and nothing
else there. Exit status: 0 done, 1 refused or failed with a message on standard error, 2 misuse.
"""

import sys
from typing import NoReturn

import click
from sqlalchemy.exc import SQLAlchemyError

from cloudsirt import __version__
from cloudsirt.cli import (
    applications,
    ballots,
    bylaws,
    checks,
    exporting,
    feeds,
    importing,
    mail,
    ndas,
    organisations,
    peers,
    people,
    records,
    releases,
    running,
    schema,
    tokens,
)
from cloudsirt.errors import CloudSIRTError
from feeds.errors import FeedError
from membership.errors import MembershipError
from tlp import TLPError


@click.group()
@click.version_option(__version__)
def cloudsirt() -> None:
    """CloudSIRT: incident and threat information sharing for the cloud."""


for _subject in (
    *(running, organisations, records, applications, ndas, people, ballots, bylaws),
    *(tokens, mail, feeds, importing, exporting, releases, peers, checks, schema),
):
    for _command in _subject.COMMANDS:
        cloudsirt.add_command(_command)


def main() -> None:
    """Run the command that was asked for; known refusals become one line and status 1."""
    try:
        cloudsirt.main(standalone_mode=True)
    except (CloudSIRTError, MembershipError, FeedError, TLPError) as error:
        _refuse(str(error))
    except SQLAlchemyError as error:
        kind = type(error).__name__
        _refuse(
            f"The database does not answer ({kind}): is it there, and set up by `cloudsirt init`?"
        )
    except OSError as error:
        _refuse(f"{error.filename or 'The system'}: {error.strerror or type(error).__name__}.")


def _refuse(message: str) -> NoReturn:
    click.echo(f"cloudsirt: {message}", err=True)
    sys.exit(1)
