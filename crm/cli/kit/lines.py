"""The words of a line before Click reads them: an argument may begin with a minus and a digit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

import click

_NEGATIVE = re.compile(r"-[\d.．$€£¥￥]")


def with_negative_arguments(words: Sequence[str], params: Iterable[click.Parameter]) -> list[str]:
    """Return a line on which words such as ``-5000000 USD`` are arguments: all arguments stand behind ``--``.

    Args:
        words: The line, without program, noun and verb.
        params: The parameters of the verb; no option of theirs begins with a digit.
    """
    if "--" in words or not any(map(_NEGATIVE.match, words)):
        return [*words]
    takes = {
        name: 0 if param.is_flag or param.count else param.nargs
        for param in params
        if isinstance(param, click.Option)
        for name in (*param.opts, *param.secondary_opts)
    }
    options, arguments, rest = list[str](), list[str](), iter(words)
    for word in rest:
        if len(word) > 1 and word.startswith("-") and not _NEGATIVE.match(word):
            options += [word, *islice(rest, 0 if "=" in word else takes.get(word, 0))]
        else:
            arguments.append(word)
    return [*options, "--", *arguments]
