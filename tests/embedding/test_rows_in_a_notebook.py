"""Rows as a data frame, and as a table of a notebook."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crm import to_dataframe
from crm.errors import Refused
from tests.factories import LeadFactory, World

pytestmark = pytest.mark.portable


@pytest.fixture
def world(session: Session) -> World:
    """A bureau with two leads, one of them with markup in its title."""
    world = World(session)
    LeadFactory.create(world=world, title="<b>冷链</b> & more")
    LeadFactory.create(world=world, expected=None)
    return world


def test_a_list_is_a_table(world: World) -> None:
    """With amounts as they are told; what somebody typed is no markup; columns that are empty in every row are left out."""
    page = world.manager.leads.list()._repr_html_()
    assert "&lt;b&gt;冷链&lt;/b&gt; &amp; more" in page
    assert "<b>" not in page
    assert "<th>expected</th>" in page
    assert "20,000,000.00 USD" in page
    assert "<th>landed_on</th>" not in page
    assert page.count("<tr>") == 3
    assert world.viewer.events.list()._repr_html_().count("<tr>") == 1


def test_a_data_frame_has_a_column_for_each_key(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """An amount has its minor units, its currency and its text; nothing is a float."""
    pandas: Any = ModuleType("pandas")
    pandas.DataFrame = lambda records: SimpleNamespace(records=records)
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    frame: Any = to_dataframe(world.manager.stream(world.manager.leads.list))
    amounts = {row["expected_minor"] for row in frame.records if "expected_minor" in row}
    assert amounts == {2_000_000_000}
    assert {row["title"] for row in frame.records} >= {"<b>冷链</b> & more"}
    assert not any(isinstance(value, float) for row in frame.records for value in row.values())


def test_without_pandas_it_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With how to install it."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(Refused, match="pip install pandas"):
        to_dataframe(world.manager.leads.list())
