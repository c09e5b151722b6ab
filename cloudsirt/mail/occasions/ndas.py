"""Letters about ndas."""

from collections.abc import Mapping
from typing import Any

OCCASIONS: Mapping[type[Any], Any] = {}
