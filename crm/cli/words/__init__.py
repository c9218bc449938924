"""The words for all codes that people read or type, by context; the catalogues translate them.

The codes are repeated here because help must not load the models that define them; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping

from crm.cli.words.audited import AUDITED
from crm.cli.words.codes import CODES
from crm.cli.words.records import RECORDS
from crm.cli.words.targets import TARGETS

#: By context, the English of each code.
WORDS: Mapping[str, Mapping[str, str]] = {**CODES, **RECORDS, **AUDITED, **TARGETS}
