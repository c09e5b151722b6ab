"""Everything in this folder takes long, and waits for processes: `make test-deep` runs it."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is collected from this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.deep)
