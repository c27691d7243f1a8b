"""Addresses of links as people are to see them: what they lead to, in every spelling, before anything is opened.

Knows no Qt and opens nothing. Answers come from models and documents that may be hostile: an address is taken apart
strictly, and one that two programs could read in two ways cannot be opened from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from markdown_it.common.normalize_url import normalizeLink

_OPENABLE = ("http", "https", "mailto")
_LONGEST_SHOWN = 90
_TAIL = 20
# What every program reads alike: letters, digits and the signs of RFC 3986, no backslash, space or control.
_PLAIN = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")


@dataclass(frozen=True, slots=True)
class Address:
    """An address, taken apart.

    Attributes:
        text: all of it, in the spelling that would be opened: ASCII alone, hosts in punycode.
        host: whom it asks, as machines write it; of a mail address what stands behind the @; empty without one.
        host_in_letters: the same in its own script, where that differs: `xn--80ak6aa92e.com` is `аррӏе.com`.
        can_be_opened: it is a web or mail address that can be read in one way only.
    """

    text: str
    host: str
    host_in_letters: str
    can_be_opened: bool


def read_address(written: str) -> Address:
    """Take an address apart, however it is written; never an error."""
    text = normalizeLink(written)
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port_is_number = parts.port is None or parts.port > 0
    except ValueError:
        return Address(text, "", "", can_be_opened=False)
    if parts.scheme == "mailto":
        host = parts.path.rpartition("@")[2]
        # Some mail programs let an address name files to attach.
        has_more = bool(parts.query or parts.fragment or "@" not in parts.path)
    else:
        has_more = parts.username is not None  # a name before the host is there to be taken for the host
    host_is_plain = _HOST.fullmatch(f"[{host}]" if ":" in host else host) is not None
    is_plain = _PLAIN.fullmatch(text) is not None and not has_more
    can_be_opened = parts.scheme in _OPENABLE and is_plain and host_is_plain and port_is_number
    return Address(text, host, _in_letters(host), can_be_opened)


def short_address(written: str) -> str:
    """An address for one line: its beginning, which has the host, and its end."""
    text = read_address(written).text
    if len(text) <= _LONGEST_SHOWN:
        return text
    return f"{text[: _LONGEST_SHOWN - _TAIL]}…{text[-_TAIL:]}"


def _in_letters(host: str) -> str:
    """A host in its own script; empty where it is written the same way, or in a way that is none."""
    if "xn--" not in host:
        return ""
    try:
        letters = host.encode("ascii").decode("idna")
    except UnicodeError:
        return ""
    return letters if letters != host and letters.isprintable() else ""
