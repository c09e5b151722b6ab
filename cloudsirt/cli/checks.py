"""`cloudsirt check`."""

import click

from cloudsirt.check import CHECKS, run_checks
from cloudsirt.cli.printing import json_option, show
from cloudsirt.config import read_config
from cloudsirt.errors import ChecksFailed


@click.command()
@click.argument("what", type=click.Choice(["all", *CHECKS]), default="all")
@json_option
def check(what: str, as_json: bool) -> None:
    """Verify everything that can be verified, and say what was."""
    findings = run_checks(read_config(), list(CHECKS) if what == "all" else [what])
    document = {
        "ok": all(finding.is_good for finding in findings),
        "checks": [
            {"check": item.check, "verified": item.verified, "problems": list(item.problems)}
            for item in findings
        ],
    }
    lines = []
    for item in findings:
        lines.append(f"{'ok ' if item.is_good else 'OFF'} {item.check}: {item.verified}")
        lines.extend(f"      {problem}" for problem in item.problems)
    show(as_json, document, "\n".join(lines))
    if not document["ok"]:
        raise ChecksFailed("Something is off; see above.")


COMMANDS = (check,)
