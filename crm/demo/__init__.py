"""The real case as data files, and its loader over the front door.

The case is a city's work to bring foreign investment, as a newspaper of February 2023 reports it. What the report
leaves out is invented, and says so: in the data by ``invented``, and wherever it is read by a mark such as （虚构）.
"""

from __future__ import annotations

from crm.demo.case import Case, read
from crm.demo.loader import HERO, TODAY, Loaded, load
from crm.demo.story import Story, story

__all__ = ["HERO", "TODAY", "Case", "Loaded", "Story", "load", "read", "story"]
