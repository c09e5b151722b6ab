"""Verifies the configuration: home folder, keys, address."""

import stat

from cloudsirt.check.finding import Finding
from cloudsirt.house import House


def check(house: House) -> Finding:
    """The home folder is the operator's alone, the keys are sound, the address is safe."""
    problems: list[str] = []
    home = house.config.home
    if stat.S_IMODE(home.stat().st_mode) & 0o077:
        problems.append(f"{home} is open to others; run `chmod 700 {home}`.")
    message = b"CloudSIRT check"
    if not house.keys.verifies(house.keys.sign(message), message):
        problems.append("The audit key does not verify its own signature.")
    base_url = house.config.base_url
    if base_url is not None and base_url.startswith("http://") and not _is_local(base_url):
        problems.append("CLOUDSIRT_BASE_URL is reached without TLS; use https.")
    return Finding("config", f"home folder {home}, 2 keys, address", tuple(problems))


def _is_local(base_url: str) -> bool:
    host = base_url.removeprefix("http://").partition("/")[0].rpartition(":")[0]
    return host in ("localhost", "127.0.0.1", "[::1]") or base_url.endswith(
        ("//localhost", "//127.0.0.1")
    )
