"""The data files: complete, marked, and refused with a clear error when they are malformed."""

from __future__ import annotations

import shutil
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crm.demo import TODAY, Case, read
from crm.demo.kinds.steps import Talk
from crm.demo.marks import is_marked, mark
from crm.demo.timeline import timeline
from crm.errors import InvalidInput
from crm.values.moments import bureau_day


@pytest.fixture(scope="module")
def case() -> Case:
    """The case in the package."""
    return read()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data files, to spoil."""
    with as_file(files("crm.demo") / "data") as data:
        shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def spoil(folder: Path, name: str, old: str, new: str) -> str:
    """Change one place in a file, read the whole, and return the error's text."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidInput) as error:
        read(folder)
    return str(error.value)


def talks(case: Case) -> list[Talk]:
    """Return every meeting of the case, within leads and outside."""
    return [*case.meetings, *(step for lead in case.leads for step in lead.step if isinstance(step, Talk))]


class TestWhatIsInvented:
    """Each record shows which of its parts are invented."""

    def test_every_record_says_where_it_comes_from(self, case: Case) -> None:
        """Each has a source, or is invented."""
        told = [*case.stations, *case.units, *case.staff, *case.investors, *case.trips, *case.leads, *case.meetings,
                *case.events, *case.requests]  # fmt: skip
        assert all(record.source or record.invented is True for record in told)

    def test_all_staff_are_invented_desks(self, case: Case) -> None:
        """No person of the real city acts in the demo."""
        assert all(person.invented is True for person in case.staff)

    def test_a_real_lead_lists_what_is_invented_and_shows_it_in_its_title(self, case: Case) -> None:
        """An amount beside a real company's name is read with its mark."""
        real = [lead for lead in case.leads if lead.source]
        assert real
        assert all(isinstance(lead.invented, tuple) and is_marked(lead.title) for lead in real)

    def test_an_identifier_is_that_of_an_invented_company(self, case: Case) -> None:
        """A number beside a real company's name would be read as its own."""
        having = [investor for investor in case.investors if investor.identifiers]
        assert having
        assert all(investor.invented is True for investor in having)

    @pytest.mark.parametrize(
        ("language", "marked"),
        [
            ("zh", "甲（虚构）"),
            ("ja", "甲（架空）"),
            ("ko", "甲 (가상)"),
            ("de", "甲 (erfunden)"),
            ("sv", "甲 (invented)"),
        ],
    )
    def test_the_mark_is_in_the_language_of_the_name(self, language: str, marked: str) -> None:
        """A language without a mark of its own takes the English one."""
        assert mark("甲", language) == marked

    def test_a_mark_is_set_once(self) -> None:
        """A text that shows one keeps it."""
        assert mark(mark("甲")) == "甲（虚构）"


class TestMoments:
    """Every fact has its own moment between 2022 and the day of the story."""

    def test_nothing_is_recorded_after_the_day_of_the_story(self, case: Case) -> None:
        """The facts run in order from January 2022 to the day the boards are printed."""
        moments = [fact.at for fact in timeline(case)]
        assert moments == sorted(moments)
        assert bureau_day(moments[0]) >= date(2022, 1, 1)
        assert bureau_day(moments[-1]) <= TODAY

    def test_a_meeting_is_written_in_the_time_of_its_place(self, case: Case) -> None:
        """The offset in the file is that of the zone on that day."""
        wrong = [
            talk.at.isoformat()
            for talk in talks(case)
            if talk.at.utcoffset() != talk.at.astimezone(ZoneInfo(talk.zone)).utcoffset()
        ]
        assert wrong == []

    def test_a_lead_moves_in_order(self, case: Case) -> None:
        """No step lies before the one above it."""
        for lead in case.leads:
            moments = [lead.at, *(step.recorded for step in lead.step)]
            assert moments == sorted(moments), lead.key


class TestMalformedFiles:
    """A mistake in a file is named with its file, its record and its field."""

    def test_no_toml(self, folder: Path) -> None:
        """The parser's own words say where."""
        assert "trips.toml cannot be read" in spoil(folder, "trips.toml", "[[trips]]", "[[trips]")

    def test_an_unknown_key(self, folder: Path) -> None:
        """The known keys are listed."""
        text = spoil(folder, "investors.toml", 'country = "DE"', 'land = "DE"')
        assert "investors.toml: investors kion has the unknown key land" in text
        assert "investors.toml: investors kion lacks country" in text

    def test_a_wrong_type(self, folder: Path) -> None:
        """A day in quotation marks is no day."""
        assert "trips.toml: trips japan-2023-02.starts should be a day" in spoil(
            folder, "trips.toml", "starts = 2023-02-06", 'starts = "2023-02-06"'
        )

    def test_a_moment_without_offset(self, folder: Path) -> None:
        """A local time alone could be anywhere."""
        assert "a day and time with its offset" in spoil(folder, "investors.toml", "T10:00:00+08:00", "T10:00:00")

    def test_neither_source_nor_mark(self, folder: Path) -> None:
        """A record without a source and without a mark is refused."""
        text = spoil(folder, "people.toml", "invented = true", "invented = false")
        assert "staff bureau.admin: it needs a source, or a mark that it is invented" in text

    def test_a_source_for_what_is_wholly_invented(self, folder: Path) -> None:
        """A record cannot be both."""
        assert "wholly invented" in spoil(
            folder, "people.toml", "invented = true", 'invented = true\nsource = "report"'
        )

    def test_a_name_that_is_in_no_file(self, folder: Path) -> None:
        """A slip in a key is found before anything is loaded."""
        text = spoil(folder, "trips.toml", 'investor = "marubeni"', 'investor = "marubini"')
        assert 'japan-2023-02 names the investor "marubini", which no file has' in text

    def test_a_source_that_is_not_listed(self, folder: Path) -> None:
        """A source that is not listed is refused."""
        assert 'the source "rumour"' in spoil(folder, "stations.toml", 'source = "report"', 'source = "rumour"')

    def test_a_step_that_is_none(self, folder: Path) -> None:
        """The refusal lists the known steps."""
        text = spoil(folder, "leads/1-hero.toml", 'do = "advance"', 'do = "jump"')
        assert '"jump" is not a step' in text
        assert "advance" in text

    def test_an_argument_its_verb_does_not_take(self, folder: Path) -> None:
        """A hold has no competitor."""
        assert "hold takes no competitor" in spoil(
            folder, "leads/4-others.toml", 'do = "hold"', 'do = "hold", competitor = "X"'
        )

    def test_a_verification_of_nothing(self, folder: Path) -> None:
        """It points to a step that recorded money."""
        assert "which does not fit verify" in spoil(folder, "leads/1-hero.toml", "step = 10", "step = 9")

    def test_a_key_that_is_there_twice(self, folder: Path) -> None:
        """A key occurs once, because uids are derived from keys."""
        assert 'The lead "kion" occurs twice' in spoil(folder, "leads/2-landed.toml", 'key = "skf"', 'key = "kion"')

    def test_every_mistake_is_named_at_once(self, folder: Path) -> None:
        """One run of the reader is enough to mend the files."""
        spoil(folder, "stations.toml", 'code = "korea"', "code = 5")
        text = spoil(folder, "people.toml", 'kind = "zone"', "kind = 7")
        assert "stations.toml" in text
        assert "people.toml" in text
