"""The catalogues: complete, current, and with the words of the glossary."""

from __future__ import annotations

import importlib.util
import sys
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pytest

from crm import models
from crm.cli.printing.language import Language
from crm.cli.words import WORDS
from crm.rules.access import Right, Role
from crm.rules.stages import DEFAULT, MoveKind, Status

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that keeps the catalogues."""
    spec = importlib.util.spec_from_file_location("generate_catalogues", ROOT / "scripts" / "generate_catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.whole
@pytest.mark.parametrize("locale", ["zh_CN"])
def test_every_text_of_the_source_is_translated(script: ModuleType, locale: str) -> None:
    """No text is missing or fuzzy, and each has the placeholders of the English one."""
    assert list(script.faults(script.updated(locale, script.template()))) == []


@pytest.mark.whole
@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the marked texts are collected on one version")
def test_catalogues_on_disk_are_current(script: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The committed files are what the source asks for."""
    monkeypatch.setattr(sys, "argv", ["generate_catalogues.py", "--check"])
    assert script.main() == 0


def test_faults_are_found(script: ModuleType) -> None:
    """A missing, a fuzzy and a broken translation are each reported."""
    catalog = script.Catalog(locale="zh_CN")
    catalog.add("one")
    catalog.add("two", "二", flags=["fuzzy"])
    catalog.add("{three}", "{drei}")
    catalog.add("{four}", "四 {four")
    catalog.add(("{count} day", "{count} days"), ("天",))
    found = list(script.faults(catalog))
    assert len(found) == 5
    assert "not translated" in found[0]
    assert "fuzzy" in found[1]
    assert all("placeholders" in fault for fault in found[2:])


@pytest.mark.parametrize(
    ("context", "kind"),
    [
        ("status", Status), ("move", MoveKind), ("role", Role), ("station status", models.StationStatus), ("unit kind", models.UnitKind),
        ("investor kind", models.InvestorKind), ("name kind", models.NameKind), ("source", models.SourceKind),
        ("evidence", models.EvidenceKind), ("meeting", models.MeetingKind), ("minutes", models.MinuteKind),
        ("arrival", models.ArrivalKind), ("arrival state", models.EntryState), ("rank", models.LeaderRank),
        ("planned visit", models.VisitState), ("request kind", models.RequestKind), ("request channel", models.RequestChannel),
        ("request state", models.RequestState), ("request step", models.RequestStep),
        ("event kind", models.EventKind), ("event state", models.EventState),
    ],
)  # fmt: skip
def test_words_cover_the_codes_of_the_models(context: str, kind: type[StrEnum]) -> None:
    """Help need not load the models, because its words are the same."""
    assert list(WORDS[context]) == [member.value for member in kind]


def test_words_cover_stages_and_actions() -> None:
    """The stages are the policy's, the actions those of the table of rights."""
    assert list(WORDS["stage"]) == [stage.code for stage in DEFAULT.stages]
    assert set(WORDS["action"]) == set(Right)


@pytest.mark.parametrize(
    ("context", "code", "chinese"),
    [
        ("stage", "contact", "接洽"), ("stage", "negotiating", "在谈"), ("stage", "signed", "签约"), ("stage", "registered", "注册"),
        ("stage", "implementing", "到资/开工"), ("stage", "landed", "落地"), ("role", "ambassador", "投促服务大使"),
        ("arrival", "reinvestment", "利润再投资"), ("record", "lead", "项目线索"), ("record", "evidence", "佐证材料"),
    ],
)  # fmt: skip
def test_the_words_are_those_of_the_glossary(context: str, code: str, chinese: str) -> None:
    """Chinese readers see the words of their trade."""
    assert Language("zh").word(context, code) == chinese
    assert Language("en").word(context, code) == WORDS[context][code]
