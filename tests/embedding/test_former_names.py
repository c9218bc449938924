"""Names of the release before still work, and warn."""

from __future__ import annotations

import pytest

from crm import models


@pytest.mark.parametrize(
    ("former", "name"), [("Delegation", "Trip"), ("DelegationCost", "TripCost"), ("DelegationUnit", "TripUnit")]
)
def test_a_model_by_its_former_name(former: str, name: str) -> None:
    """A host that imports it gets the same table, and a warning that names the new one."""
    with pytest.warns(DeprecationWarning, match=f"crm.models.{name}"):
        model = getattr(models, former)
    assert model is getattr(models, name)


def test_a_name_that_never_was() -> None:
    """An unknown name raises AttributeError, as in any module."""
    with pytest.raises(AttributeError, match="Delegate"):
        _ = models.Delegate
