"""Addresses in every disguise: what is shown of them, and which of them can be opened at all."""

from __future__ import annotations

import pytest

from core.answering.addresses import read_address, short_address


@pytest.mark.parametrize(
    ("written", "text", "host"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d", "example.org"),
        ("HTTP://Example.org:8080/", "HTTP://Example.org:8080/", "example.org"),
        ("http://[::1]:80/x", "http://[::1]:80/x", "::1"),
        ("mailto:somebody@example.org", "mailto:somebody@example.org", "example.org"),
        ("https://example.org/ü", "https://example.org/%C3%BC", "example.org"),
    ],
)
def test_web_and_mail_addresses_can_be_opened(written: str, text: str, host: str) -> None:
    address = read_address(written)
    assert (address.text, address.host, address.can_be_opened) == (text, host, True)
    assert address.host_in_letters == ""


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "vbscript:x",
        "file:///etc/passwd",
        "data:text/html,<script>alert(1)</script>",
        "data:image/png;base64,AAAA",
        "ftp://example.org/",
        "smb://example.org/share",
        "ms-settings:privacy",
        "vscode://file/etc",
        "//example.org/x",
        "/etc/passwd",
        "page.html",
        "#part",
        "",
        "http:example.org",
        "https:///example.org",
        "https://bank.example@evil.example/",  # a name that is to be taken for the host
        "https://user:word@evil.example/",
        "https://bank.example\\@evil.example/",
        "https://evil.example:99999/",
        "https://[::1/",
        "https://exa%6dple.org/",
        "https://exa mple.org/",
        "java\tscript:alert(1)",
        "mailto:a@example.org?attach=/etc/passwd",  # some mail programs would
        "mailto:a@example.org?body=x",
        "mailto:nobody",
    ],
)
def test_nothing_else_can_be_opened(written: str) -> None:
    assert not read_address(written).can_be_opened


def test_a_host_of_lookalike_letters_is_shown_in_both_spellings() -> None:
    address = read_address("https://аррӏе.com/login")  # Cyrillic letters
    assert address.text == "https://xn--80ak6aa92e.com/login"
    assert address.host == "xn--80ak6aa92e.com"
    assert address.host_in_letters == "аррӏе.com"
    assert read_address(address.text) == address


def test_marks_of_direction_do_not_come_through() -> None:
    address = read_address("http://a\u202egro.live/\u202egnp.exe")
    assert address.text.isascii()
    assert "\u202e" not in address.host_in_letters


def test_a_long_address_keeps_its_host_and_its_end() -> None:
    long = "https://example.org/" + "a" * 500 + "/end-of-it"
    short = short_address(long)
    assert short.startswith("https://example.org/aaa")
    assert short.endswith("/end-of-it")
    assert len(short) <= 91
    assert short_address("https://example.org/") == "https://example.org/"
