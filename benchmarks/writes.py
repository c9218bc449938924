"""One durable stage move and one logged visit: the library, the bare driver and Django, in turn."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from benchmarks.bare import Bare
from benchmarks.library import Library
from benchmarks.measuring import medians
from benchmarks.plain_django import Django
from benchmarks.seeding import seed, settle
from tests.databases import Databases

VERBS = {"advance": "one stage move", "log": "one logged visit"}


@frozen
class Result:
    """What one verb cost.

    Attributes:
        verb: advance or log.
        leads: How many there were in the table.
        statements: How many one act of the library takes; those of the bare driver are the same.
        django_statements: How many one act takes in Django.
        medians: By contender, in microseconds.
    """

    verb: str
    leads: int
    statements: int
    django_statements: int
    medians: dict[str, float]

    def ratio(self, other: str) -> float:
        """Return how many times as long as *other* the library takes."""
        return self.medians["library"] / self.medians[other]


def measure(databases: Databases, leads: int, rounds: int, warm_up: int) -> list[Result]:
    """Measure both verbs on tables of one size; each contender works on its own copy of one database.

    Args:
        databases: Where to make them.
        leads: How many leads there are; every act takes a fresh one, so more than twice the rounds.
        rounds: How many acts are counted.
        warm_up: How many go before.
    """
    if leads < 2 * (rounds + warm_up) + 2:
        raise ValueError(f"{leads} leads are too few for {rounds} rounds")
    template = databases.create()
    seed(template, leads)
    urls = [databases.create(template) for _ in range(3)]
    for url in urls:
        settle(url)
    library = Library(urls[0])
    recorded = library.recorded(1)
    bare, plain = Bare(urls[1], recorded), Django(urls[2])
    results = []
    try:
        bare.log(1)
        bare.advance(1)
        for order, verb in enumerate(VERBS):
            django_statements = plain.count(verb, 1)
            acts: dict[str, Callable[[int], None]] = {
                "library": getattr(library, verb),
                "bare": getattr(bare, verb),
                "django": getattr(plain, verb),
            }
            first = 2 + order * (rounds + warm_up)
            contenders = {name: _from(first, act) for name, act in acts.items()}
            figures = medians(contenders, rounds, warm_up)
            results.append(Result(verb, leads, len(recorded[verb]), django_statements, figures))
    finally:
        for contender in (library, bare, plain):
            contender.close()
        for url in (*urls, template):
            databases.drop(url)
    return results


def _from(first: int, act: Callable[[int], None]) -> Callable[[int], None]:
    return lambda number: act(first + number)
