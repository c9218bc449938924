"""How many examples a test of the tier that runs tries, and which cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import settings

#: What the profile of all tests tries where a test says nothing; of a profile that tries fewer or more, every test does.
WHOLE = 100


def examples(number: int, steps: int | None = None, **more: Any) -> settings:
    """Return settings for so many examples in the whole matrix, and as large a part of them as the profile asks for elsewhere.

    A state machine takes so many *steps* in each example, and half of them in a profile of fewer examples.
    """
    profile = settings.get_profile(settings.get_current_profile_name())
    if steps is not None:
        more["stateful_step_count"] = steps if profile.max_examples >= WHOLE else steps // 2
    return settings(max_examples=max(2, number * profile.max_examples // WHOLE), **more)


def first_quick(cases: Sequence[tuple[Any, ...]]) -> list[object]:
    """Return the cases of a test that starts a process for each: the quick tier tries the first, the whole matrix all."""
    first, *others = cases
    return [pytest.param(*first), *(pytest.param(*other, marks=pytest.mark.whole) for other in others)]
