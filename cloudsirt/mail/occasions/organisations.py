"""Letters about organisations."""

from collections.abc import Mapping
from typing import Any

OCCASIONS: Mapping[type[Any], Any] = {}
