"""The nouns whose fields are declared, each by the name of its record in the audit."""

from __future__ import annotations

from collections.abc import Mapping

from crm.rules.investors.fields import InvestorFields

NOUNS: Mapping[str, type] = {"investor": InvestorFields}
