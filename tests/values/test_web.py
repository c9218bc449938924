"""Addresses of web pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.errors import InvalidInput
from crm.values.web import WEB_ADDRESS, as_web_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://www.example.com/about", "https://www.example.com/about"),
        ("example.com/x", "https://example.com/x"),
        ("  HTTP://Example.COM/  ", "http://example.com"),
        ("http://example.com:80/A?b=C#d", "http://example.com/A?b=C#d"),
        ("example.com:8443", "https://example.com:8443"),
        ("example.com?u=http://other.example", "https://example.com?u=http://other.example"),
        ("ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ", "https://www.example.com"),
        ("例え。example", "https://例え.example"),
        ("Straße.example/Ü", "https://straße.example/Ü"),
        ("xn--r8jz45g.example", "https://xn--r8jz45g.example"),
        ("https://example.com/关于?名=值", "https://example.com/关于?名=值"),
        ("example.com/@someone", "https://example.com/@someone"),
    ],
)
def test_an_address_is_read_generously(typed: str, kept: str) -> None:
    """Without a scheme, in full width, in any script; read again it stays what it is."""
    assert as_web_address(typed) == kept
    assert as_web_address(kept) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (None, "type"),
        (5, "type"),
        ("a" * WEB_ADDRESS + ".com", "too_long"),
        ("a" * (WEB_ADDRESS - 4) + ".com", "web"),
        ("example.com/" + "a" * (WEB_ADDRESS - 12), "too_long"),
        ("example", "web"),
        ("localhost:8000", "web"),
        ("ftp://example.com", "web"),
        ("javascript:alert(1)", "web"),
        ("javascript://example.com/%0aalert(1)", "web"),
        ("file:///etc/hosts", "web"),
        ("//example.com", "web"),
        ("https://", "web"),
        ("https://.com", "web"),
        ("https://a..com", "web"),
        ("-a.com", "web"),
        ("a-.com", "web"),
        ("a_b.com", "web"),
        ("192.0.2.1", "web"),
        ("https://[2001:db8::1]/", "web"),
        ("https://[", "web"),
        ("example.com:0", "web"),
        ("example.com:99999", "web"),
        ("example.com:port", "web"),
        ("exam ple.com", "web"),
        ("example.com/a b", "web"),
        ("example.com/a\nb", "web"),
        ("example.com/a\tb", "web"),
        ("exam\u200bple.com", "web"),
        ("example.com\\@other.example", "credentials"),
        ("example.com/a\\b", "web"),
        ('example.com/"', "web"),
        ("example.com/\u0000", "encoding"),
        (f"{'a' * 64}.com", "web"),
        (f"{'a.' * 130}com", "web"),
        ("user:secret@example.com", "credentials"),
        ("https://user@example.com", "credentials"),
        ("info@example.com", "credentials"),
        ("mailto:info@example.com", "credentials"),
    ],
)
def test_what_is_no_address(typed: Any, code: str) -> None:
    """Each is refused with a reason, and no password is repeated."""
    with pytest.raises(InvalidInput) as refused:
        as_web_address(typed)
    assert [(problem.code, problem.field) for problem in refused.value.problems] == [(code, "website")]
    assert "secret" not in str(refused.value)


@given(st.text(max_size=60))
def test_whatever_is_typed(text: str) -> None:
    """Any text is refused, or read as an address that reads as itself."""
    try:
        kept = as_web_address(text)
    except InvalidInput:
        return
    assert as_web_address(kept) == kept
    assert kept.startswith(("http://", "https://"))
    assert len(kept) <= WEB_ADDRESS


@given(st.from_regex(r"[A-Za-z0-9äöü中。．ａ.:-]{1,20}\.[a-z]{2,5}(/[a-zA-Z?#@:/]{0,10})?", fullmatch=True))
def test_what_looks_like_one(text: str) -> None:
    """Texts close to addresses are refused, or read as themselves."""
    test_whatever_is_typed.hypothesis.inner_test(text)  # type: ignore[attr-defined]  # set by hypothesis
