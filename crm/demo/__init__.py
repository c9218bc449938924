"""The demonstration case as data files, and its loader, which calls the verbs of the library.

The case is a city's work to attract foreign investment, as a newspaper reported it in February 2023. Facts that the
report does not give are invented and marked: in the data by ``invented``, in texts by a mark such as （虚构）.
"""

from __future__ import annotations

from crm.demo.case import Case, read
from crm.demo.loader import HERO, TODAY, Loaded, load
from crm.demo.story import Story, story

__all__ = ["HERO", "TODAY", "Case", "Loaded", "Story", "load", "read", "story"]
