"""`cloudsirt check`: verifies schema, configuration, audit trail and placements.

Each check says what it verified, so that a green answer means something, and lists problems as
sentences. A check that cannot be carried out is a problem too.
"""

from collections.abc import Callable, Mapping, Sequence

from cloudsirt.check import audit, config, reach, schema
from cloudsirt.check.finding import Finding
from cloudsirt.config import Config
from cloudsirt.errors import CloudSIRTError
from cloudsirt.house import House, open_house

CHECKS: Mapping[str, Callable[[House], Finding]] = {
    "config": config.check,
    "schema": schema.check,
    "audit": audit.check,
    "reach": reach.check,
}


def run_checks(settings: Config, names: Sequence[str]) -> list[Finding]:
    """Run these checks on an installation."""
    try:
        house = open_house(settings)
    except CloudSIRTError as error:
        return [Finding(name, "nothing", (str(error),)) for name in names]
    try:
        return [_run(name, house) for name in names]
    finally:
        house.database.close()


def _run(name: str, house: House) -> Finding:
    try:
        return CHECKS[name](house)
    except Exception as error:  # a check that breaks must not hide what the others find
        return Finding(name, "nothing", (f"The check could not be made: {type(error).__name__}.",))
