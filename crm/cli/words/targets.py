"""The words of targets and scorecards."""

from __future__ import annotations

from collections.abc import Mapping

from crm.cli.words.marking import P_

TARGETS: Mapping[str, Mapping[str, str]] = {
    "target scope": {
        "city": P_("target scope", "the city"),
        "each": P_("target scope", "each"),
        "jointly": P_("target scope", "jointly"),
    },
    "cadence": {
        "whole": P_("cadence", "the whole period"),
        "half": P_("cadence", "half-year"),
        "quarter": P_("cadence", "quarter"),
        "month": P_("cadence", "month"),
    },
    "target filter": {
        "foreign": P_("target filter", "foreign"),
        "domestic": P_("target filter", "domestic"),
        "home": P_("target filter", "at home"),
        "abroad": P_("target filter", "abroad"),
        "first": P_("target filter", "led by the first person"),
        "city": P_("target filter", "led by the city"),
    },
    "standing": {
        "missed": P_("standing", "missed"),
        "behind": P_("standing", "behind"),
        "on_track": P_("standing", "on track"),
        "reached": P_("standing", "reached"),
        "not_begun": P_("standing", "not begun"),
        "not_available": P_("standing", "n/a"),
    },
    "measure": {
        "actual_fdi": P_("measure", "actual FDI"),
        "contract_fdi": P_("measure", "contract FDI"),
        "domestic_capital": P_("measure", "domestic capital"),
        "new_enterprises": P_("measure", "new foreign-invested enterprises"),
        "projects": P_("measure", "projects"),
        "delegations": P_("measure", "trips"),
        "events": P_("measure", "promotion events"),
        "requests_solved": P_("measure", "requests solved"),
    },
}
