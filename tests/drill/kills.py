"""Writers and merges that are killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from uuid import UUID

from sqlalchemy import select

from crm.errors import DatabaseNotReady
from crm.models import Base
from tests.databases import Databases
from tests.drill.checks import again, difference, require, sound
from tests.drill.children import Kill, all_ended, die, ended, forked, play
from tests.drill.figures import Figures
from tests.drill.story import Counts, Story, apart, opened
from tests.frozen.player import Call

KILLED = (-signal.SIGKILL, -signal.SIGALRM)
#: The status of a writer whose server has stopped.
NO_SERVER = 3
#: At most so many calls before the one in which a process is killed.
_CALLS_BEFORE = 4
#: The longest delay of a kill that is not at a statement, in seconds: about as long as a call takes.
_DELAY = 0.02
#: How many write at the same time, and how many investors each adds.
WRITERS, EACH = 4, 5
#: What each of them adds one row to, for each investor.
ADDED = ("crm_investor", "crm_contact", "crm_lead", "crm_meeting")


def writers(databases: Databases, story: Story, random: Random, kills: int) -> Figures:
    """Kill a writer at random statements and moments, and let the next go on where it ended."""
    figures = Figures("writers")
    while figures["ended"] < kills:
        url, position = databases.create(story.empty), 0
        while position < len(story.calls) and figures["ended"] < kills:
            at = position + random.randint(0, _CALLS_BEFORE)
            statement = random.randint(1, story.statements[at] + 2) if at < len(story.calls) else 1
            delay = random.choice((0.0, random.uniform(0.0001, _DELAY)))
            position = _one(url, story, position, Kill(at - position, statement, delay), figures)
        databases.drop(url)
    return figures


def merges(databases: Databases, story: Story, random: Random, kills: int) -> Figures:
    """Kill every merge, and every undoing, before each of its statements, before its commit and after it."""
    figures = Figures("merges")
    at = [number for number, call in enumerate(story.calls) if call.verb.startswith("merges.")]
    url, position = databases.create(story.empty), 0
    for number in at:
        require(
            ended(*forked(partial(play, url, story.calls[position:number], None)))[0] == 0,
            "the calls before a merge fail",
        )
        position = number
        few = max(1, len(at) * story.statements[number] // kills)
        for statement in [*range(1, story.statements[number] + 2, few), story.statements[number] + 2]:
            if position == number:
                delay = 0.0 if statement % 2 else random.uniform(0.0001, 0.001)
                position = _one(url, story, number, Kill(0, statement, delay), figures)
        require(position == number + 1, "a kill after the commit left no merge")
    databases.drop(url)
    return figures


def crowds(databases: Databases, story: Story, random: Random, kills: int) -> Figures:
    """Kill writers that write at the same time, each at a moment of its own."""
    figures = Figures("writers at the same time")
    while figures["ended"] < kills:
        delays = [random.uniform(0.01, 0.05 * WRITERS * EACH) for _ in range(WRITERS)]
        crowd(databases, story, figures, ends=[partial(die, delay) for delay in delays])
    return figures


def crowd(
    databases: Databases,
    story: Story,
    figures: Figures,
    *,
    ends: Sequence[Callable[[], object]] = (),
    meanwhile: Callable[[], object] = int,
) -> None:
    """Let several write to one database, and repeat everything they were to write.

    Args:
        databases: Makes the database.
        story: What is in it before.
        figures: What is counted.
        ends: What the processes do first, such as setting a time to die.
        meanwhile: What is done while they write.
    """
    url = databases.create(story.whole)
    lists = [apart(story, writer, EACH) for writer in range(WRITERS)]
    children = [forked(partial(_work, url, calls, ends[number] if ends else int)) for number, calls in enumerate(lists)]
    meanwhile()
    results = all_ended(children)
    sound(url, deeply=not ends)
    for (status, reported), calls in zip(results, lists, strict=True):
        there = _uids(url)
        acknowledged = [calls[number].named["uid"] for number in reported]
        require(all(found in there for found in acknowledged), "an acknowledged write is lost")
        figures.add("acknowledged", len(acknowledged))
        if status != 0:
            require(status in (KILLED if ends else (NO_SERVER,)), f"a writer ended with {status}")
            figures.add("ended")
            figures.add(
                "committed" if len(reported) < len(calls) and calls[len(reported)].named["uid"] in there else "not"
            )
        repeated = ended(*forked(partial(play, url, calls, None)))
        require(repeated == (0, [*range(len(calls))]), "the calls cannot be repeated")
        figures.add("repeated", len(reported))
    found = sound(url)
    for table in ADDED:
        require(found[table] == story.counts[-1][table] + WRITERS * EACH, f"{table} has {found[table]} rows")
    databases.drop(url)


def _one(url: str, story: Story, position: int, kill: Kill, figures: Figures) -> int:
    """Play on from a position until the kill, look at the database, and return how many calls are in it."""
    calls = story.calls[position : position + kill.call + 1]
    status, reported = ended(*forked(partial(play, url, calls, kill)))
    require(status == 0 or status in KILLED, f"a writer ended with {status}")
    done = position + len(reported)
    found = sound(url)
    if status == 0:  # the calls ended before the delay
        require(found == story.counts[done], f"after {done}: {difference(found, story.counts[done])}")
        return done
    figures.add("ended")
    figures.add("acknowledged", len(reported))
    if done == len(story.calls):
        return done
    committed = done + 1 < len(story.counts) and found == story.counts[done + 1]
    require(committed or found == story.counts[done], f"half done: {_halves(found, story, done)}")
    figures.add("committed" if committed else "not")
    if "uid" in story.calls[done].named:
        again(url, story.calls[done], story.counts[done + 1])
        figures.add("repeated")
        return done + 1
    return done + committed


def _halves(found: Counts, story: Story, done: int) -> str:
    return f"{story.calls[done].verb}: {difference(found, story.counts[done])}"


def _work(url: str, calls: Sequence[Call], begin: Callable[[], object], report: Callable[[int], None]) -> None:
    begin()
    try:
        play(url, calls, None, report)
    except DatabaseNotReady:
        os._exit(NO_SERVER)


def _uids(url: str) -> set[UUID]:
    """Return the uids of everything that the writers add."""
    with opened(url).connect() as connection:
        return {uid for table in ADDED for uid in connection.scalars(select(Base.metadata.tables[table].c.uid))}
