"""What the methods return and raise is one call away from JSON."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy.orm import Session

from crm import CRM, CRMError, Money, to_dict, to_json
from crm.errors import InvalidInput, problem


@pytest.fixture
def crm(session: Session) -> CRM:
    """A bureau with one lead of Marubeni."""
    CRM(session, None).staff.found("admin", "管理员")
    crm = CRM(session, "admin")
    crm.leads.open(crm.investors.add("丸红", country="JP"), title="冷链物流", station="tokyo", expected="20000000 USD")
    return crm


def refusal(crm: CRM) -> CRMError:
    """Return the error of a lead that nothing was recorded for."""
    with pytest.raises(CRMError) as caught:
        crm.leads.advance(crm.leads.list()[0].id)
    return caught.value


def test_a_list_says_what_follows_it(crm: CRM) -> None:
    """Rows have the names of their fields; an amount is exact and readable."""
    page = to_dict(crm.leads.list(limit=1))
    assert {key: page[key] for key in ("total", "more", "after")} == {"total": 1, "more": False, "after": None}
    (row,) = page["rows"]
    assert row["expected"] == {"minor": 2_000_000_000, "currency": "USD", "text": "20,000,000.00 USD"}
    assert (row["title"], row["stage"]) == ("冷链物流", "contact")
    assert date.fromisoformat(row["received_on"]) == crm.today


def test_a_card_is_json(crm: CRM) -> None:
    """Cards hold rows; nothing in them is left as an object."""
    lead = crm.leads.list()[0].id
    assert json.loads(to_json(crm.leads.show(lead))) == to_dict(crm.leads.show(lead))
    assert to_dict(crm.leads.show(lead))["row"]["id"] == lead


def test_a_record_is_what_it_is_known_by(crm: CRM) -> None:
    """What a verb returned says where to find it; its values are on its card."""
    investor = crm.investors.add("三井物産", country="JP")
    assert to_dict(investor) == {
        "record": "investor",
        "id": investor.id,
        "uid": str(investor.uid),
        "version": investor.version,
    }


def test_an_error_says_what_to_do_on_both_faces(crm: CRM) -> None:
    """The way out names a command; beside it stands the method."""
    document = to_dict(refusal(crm))
    assert document["error"] == "GatesNotMet"
    industry = next(flaw for flaw in document["problems"] if flaw["code"] == "industry")
    assert industry["stage"] == "negotiating"
    assert industry["way_out"] == "Add it: crm lead edit LEAD --industry C36"
    assert industry["in_python"] == "Add it: crm.leads.edit(…)"
    assert "matches" not in document


def test_an_error_in_chinese(crm: CRM) -> None:
    """Codes stay; sentences are in the language."""
    document = to_dict(refusal(crm), language="zh")
    industry = next(flaw for flaw in document["problems"] if flaw["code"] == "industry")
    assert industry["text"] == "缺少行业分类（GB/T 4754）。"
    assert industry["in_python"] == "补充：crm.leads.edit(…)"


def test_a_report_is_json(crm: CRM) -> None:
    """As ``crm report`` prints it with --json."""
    document = to_dict(crm.report.funnel("2023"), language="zh")
    assert document["report"] == "funnel"
    assert document["language"] == "zh"


def test_text_stays_as_it_is() -> None:
    """What a terminal must not obey is data in JSON."""
    assert to_dict("a\x1b[31m") == "a\x1b[31m"
    assert to_dict({"amount": Money(5, "JPY")}) == {"amount": {"minor": 5, "currency": "JPY", "text": "5 JPY"}}


def test_values_of_a_host_are_text() -> None:
    """An error that a host raised with its own objects still becomes JSON."""
    error = InvalidInput(problem("{it} is wrong.", "Call another.", it=object))
    (flaw,) = json.loads(to_json(error))["problems"]
    assert flaw["values"] == {"it": "<class 'object'>"}
