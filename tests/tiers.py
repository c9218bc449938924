"""How many examples a test of the tier that runs tries."""

from __future__ import annotations

from typing import Any

from hypothesis import settings

#: What the profile of all tests tries where a test says nothing; of a profile that tries fewer or more, every test does.
WHOLE = 100


def examples(number: int, **more: Any) -> settings:
    """Return settings for so many examples in the whole matrix, and as large a part of them as the profile asks for elsewhere."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return settings(max_examples=max(2, number * profile.max_examples // WHOLE), **more)
