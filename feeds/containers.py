"""The deprecated `objects` of observed-data: a container whose keys serve as ids (§2.13, §4.14).

Gives what stands in a container the form that everything else has, so that one set of checks
is enough. Not here: the checks.
"""

from collections.abc import Mapping
from typing import Any, Final

# Behind a type: the id of no object in particular.
SOME_NUMBER: Final = "--00000000-0000-4000-8000-000000000000"


def with_global_ids(item: Any, container: Mapping[str, object]) -> Any:
    """Replace references to keys of the same container (§2.13) by ids of the same type."""
    if isinstance(item, dict):
        return {
            name: _global(content, container)
            if name.endswith(("_ref", "_refs"))
            else with_global_ids(content, container)
            for name, content in item.items()
        }
    return [with_global_ids(one, container) for one in item] if isinstance(item, list) else item


def _global(reference: object, container: Mapping[str, object]) -> object:
    if isinstance(reference, list):
        return [_global(one, container) for one in reference]
    target = container.get(reference) if isinstance(reference, str) else None
    return f"{target.get('type')}{SOME_NUMBER}" if isinstance(target, dict) else reference
