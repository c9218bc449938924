"""Tags: how they are read, and how many a record may have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Annotated, TypedDict

from crm.errors import N_, InvalidInput, Problem, problem
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import Field
from crm.values.text import as_items, comparison_key, one_line, require_text

#: Characters of a tag, and of what its spellings are compared by.
TAG, KEY = 40, 240
#: The maximum number of tags of a record.
MOST = 20
#: What stands between tags.
BETWEEN = re.compile(r"[,，、;；\n]")


def as_tag(value: object, field: str) -> str:
    """Return a tag as it is shown.

    Raises:
        InvalidInput: It is no text, too long, several tags, or has nothing that it could be told from others by.
    """
    text = one_line(require_text(value, field, limit=TAG))
    if BETWEEN.search(text):
        raise InvalidInput(
            problem(
                N_('"{text}" is several tags.'),
                N_("Write each by itself, without commas and semicolons."),
                field=field,
                code="several",
                text=text,
            )
        )
    if not 0 < len(comparison_key(text)) <= KEY:
        raise InvalidInput(
            problem(
                N_('"{text}" is no tag: it has no letters and no digits.'),
                N_("Write a word, such as 重点."),
                field=field,
                code="tag",
                text=text,
            )
        )
    return text


def as_tags(value: object, field: str) -> tuple[str, ...]:
    """Return tags, each once: spellings that differ in width, case or variants of characters are one tag.

    Raises:
        InvalidInput: It is no list, or some are no tags; all of them are named.
    """
    with Checks() as check:
        texts: list[str] = [check.take(partial(as_tag, item, field)) for item in as_items(value, field)]
    return tuple(by_key(texts).values())


#: The filter of lists of what has tags.
BY_TAG = Field(N_("Tag"), N_("Filter by tag; repeat for more: all of them."), read=as_tags, metavar="TAG", many=True)


def by_key(tags: Iterable[str]) -> dict[str, str]:
    """Return tags by what their spellings are compared by; of several spellings the first."""
    found: dict[str, str] = {}
    for text in tags:
        found.setdefault(comparison_key(text), text)
    return found


def read_tags(check: Checks, tags: Iterable[str]) -> tuple[str, ...]:
    """Return the tags of a new record, each once; problems are noted."""
    words: tuple[str, ...] = check.take(lambda: as_tags(tags, "tags")) or ()
    if len(words) > MOST:
        check.add(too_many(len(words)))
    return words


def too_many(count: int) -> Problem:
    """Return the problem of more tags than a record may have."""
    return problem(
        N_("It would have {count} tags; a record has at most {most}."),
        N_("Take others off in the same call: --remove TAG"),
        field="tags",
        code="many",
        count=count,
        most=MOST,
    )


class Tagged(TypedDict, total=False):
    """What a lead or an investor is tagged with."""

    tags: Annotated[
        Iterable[str] | None,
        Field(
            N_("Tags"), N_("A tag; repeat for more."), read=as_tags, option="tag", metavar="TAG", many=True, column=9
        ),
    ]
