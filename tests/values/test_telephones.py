"""Telephone numbers and addresses of e-mail."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import InvalidInput
from crm.values.registers.telephones import as_telephone, as_telephones, numbers_of
from crm.values.web import as_email


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+81 3 1234 5678", "+81 3 1234 5678"),
        ("0081 3 1234 5678", "0081 3 1234 5678"),
        ("+８１　３　１２３４　５６７８", "+81 3 1234 5678"),
        ("tel:+81-3-1234-5678", "+81-3-1234-5678"),
        ("(0531) 8888 8888", "(0531) 8888 8888"),
        ("（0531）8888 8888", "(0531)8888 8888"),
        ("0531-88888888转801", "0531-88888888 ext. 801"),
        ("0531 8888 8888 分机 801", "0531 8888 8888 ext. 801"),
        ("03-1234-5678（内線12）", "03-1234-5678 ext. 12"),
        ("03-1234-5678（内線12", None),
        ("0531—8888–8888*801", "0531-8888-8888 ext. 801"),
        ("电话：0531-88888888", "0531-88888888"),
        ("T: +49 69 123456", "+49 69 123456"),
        ("传真 0531-88888888", None),
        ("03-1234-5678 内線 12", "03-1234-5678 ext. 12"),
        ("+1 212 555 0100 x12", "+1 212 555 0100 ext. 12"),
        ("+49 (0)69 123456", "+49 (0)69 123456"),
        ("95588", "95588"),
        ("+81 3 12", None),
        ("+999 123 4567", None),
        ("call me", None),
        ("123", None),
        ("(0531 8888 8888", None),
        ("0531) 8888 8888", None),
        ("1234567890123456", None),
        ("", None),
        (13800138000, None),
    ],
)
def test_a_telephone_number(typed: Any, kept: str | None) -> None:
    """Any spelling of one is read, and read again it stays the same; a code of no country and half a bracket are refused."""
    if kept is None:
        with pytest.raises(InvalidInput):
            as_telephone(typed)
    else:
        assert as_telephone(typed) == as_telephone(kept) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mobile +81 90 1234 5678; fax +81 3 1234 5679", "mobile +81 90 1234 5678; fax +81 3 1234 5679"),
        ("手机：138 0013 8000；传真 0531-88888888", "mobile 138 0013 8000; fax 0531-88888888"),
        ("Tel. (0531) 8888 8888\n助理13800138000", "office (0531) 8888 8888; assistant 13800138000"),
        (["携帯 090-1234-5678", "03-1234-5678"], "mobile 090-1234-5678; other 03-1234-5678"),
        ("95588;95588; ", "other 95588"),
        ("pager 95588", None),
        ("mobile call me; fax 1", None),
        (";", None),
        ([5], None),
        ("mobile +81 90 1234 5678;" * 9 + "95588", "mobile +81 90 1234 5678; other 95588"),
    ],
)
def test_several_telephone_numbers(typed: Any, kept: str | None) -> None:
    """Each with its kind, in any language of the lists; what is no number is refused, and so is an unknown kind."""
    if kept is None:
        with pytest.raises(InvalidInput):
            as_telephones(typed)
    else:
        assert as_telephones(typed) == as_telephones(kept) == kept
        assert numbers_of("1234", kept)[1:] == tuple(part.split(" ", 1)[1] for part in kept.split("; "))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a@b.com", "a@b.com"),
        ("<a@b.com>", "a@b.com"),
        ("mailto:a@b.com", "a@b.com"),
        ("MAILTO:a@b.com;", "a@b.com"),
        ("Desk Tokyo <desk@example.com>,", "desk@example.com"),
        ("ａ＠ｂ．ｃｏｍ。", "a@b.com"),
        ("a@b.com\u200b", "a@b.com"),
        ("\ufeff<a@b.com>", "a@b.com"),
        ("Desk.One+x@Example.com", "Desk.One+x@Example.com"),
        ("名前@例え.example", "名前@例え.example"),
        ("a@b.c,", None),
        ("a@b", None),
        ("a@@b.com", None),
        ("a b@c.com", None),
        ("a@-b.com", None),
        ("a@b..com", None),
        ("a@b.com, c@d.com", None),
        ("<>", None),
        ("<" * 200 + "a@b.com", None),
        (7, None),
    ],
)
def test_an_address_of_e_mail(typed: Any, kept: str | None) -> None:
    """What stands around it where it was copied is left out; two addresses, or half of one, are refused."""
    if kept is None:
        with pytest.raises(InvalidInput):
            as_email(typed)
    else:
        assert as_email(typed) == as_email(kept) == kept
