"""TOML is read in bounded time, and whatever is wrong with it is told by a sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crm.cli.toml_files import read_policy, read_toml
from crm.errors import InvalidInput
from crm.rules.kernel.toml import MOST_CHARACTERS, as_toml
from crm.rules.pipeline.policy_file import read as read_pipeline
from crm.rules.targets.file import read_file as read_targets

#: What a reader without bounds takes minutes for, or ends with another error than a sentence.
HOSTILE = {
    "nested lists": f"a = {'[' * 50_000}{']' * 50_000}",
    "lists that are not closed": f"a = {'[' * 50_000}",
    "nested tables": f"a = {'{a = ' * 50_000}1{'}' * 50_000}",
    "a dotted key": f"{'.'.join(['a'] * 50_000)} = 1",
    "a dotted key with quotes": " . ".join(['"a.b"'] * 50_000) + " = 1",
    "a dotted key in an inline table": f"a = {{{'.'.join(['a'] * 50_000)} = 1}}",
    "a dotted header": f"[{'.'.join(['a'] * 50_000)}]",
    "a number of many digits": f"a = {'9' * 5_000}",
    "a number of many digits in a list": f"a = [[1, {'9' * 4_000}]]",
    "a number in hexadecimal": f"a = 0x{'f' * 5_000}",
    "a day of no year": "a = 0000-00-00",
    "a long text": f"a = '{'x' * MOST_CHARACTERS}'",
    "texts that are not closed": '"""' + '\\"""' * 100_000,
    "nothing but quotes": '"' * 200_001,
    "nothing but apostrophes": "'" * 200_003,
    "a null byte": "a = \0",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_toml_ends_with_a_sentence(what: str) -> None:
    """Whoever reads it: a policy, targets, a plan or settings."""
    with pytest.raises(InvalidInput, match="This is not valid TOML"):
        as_toml(HOSTILE[what], "See the docs.")
    with pytest.raises(InvalidInput):
        read_pipeline(HOSTILE[what])
    with pytest.raises(InvalidInput):
        read_targets(HOSTILE[what], groups=(), stages=())


@pytest.mark.parametrize("text", [None, 5, b"a = 1", ["a = 1"]])
def test_what_is_no_text_is_told(text: object) -> None:
    """A host may pass anything."""
    with pytest.raises(InvalidInput, match="it is no text"):
        as_toml(text, "")


def test_what_people_write_is_read() -> None:
    """Dots and brackets in texts and comments are no nesting, and fifty thousand dotted keys are read."""
    dots = "." * 100 + "[" * 100
    text = f"""
a.b.c = 1  # {dots} ' "
'{dots}' = "{dots}"
note = \'\'\'{dots}
{dots}\'\'\'
text = \"\"\"{dots} \\\"\"\" {dots}\"\"\"
day = 2023-02-08
[[stages]]
parts = [[1.5, 2.5], [{{x = 3}}]]
"""
    read = as_toml(text, "")
    assert read["a"] == {"b": {"c": 1}}
    assert read[dots] == dots
    assert read["day"] == date(2023, 2, 8)
    assert read["stages"] == [{"parts": [[1.5, 2.5], [{"x": 3}]]}]
    many = "\n".join(f"a.b{number} = {number}" for number in range(50_000))
    assert len(as_toml(many, "")["a"]) == 50_000


def test_no_more_of_a_file_is_read_than_a_text_may_have() -> None:
    """Not even of one without an end."""
    for read in (read_toml, read_policy):
        with pytest.raises(InvalidInput, match="/dev/zero: This is not valid TOML: it is longer"):
            read(Path("/dev/zero"))
