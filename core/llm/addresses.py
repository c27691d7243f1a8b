"""Addresses of servers of models, and who may be asked: this computer, or the one other that the person consented to.

Imports nothing heavy: settings are checked with it in every process.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from core.errors import ModelMissing, UserError

_DEFAULT_PORT = 11434
_DEFAULT_HOST = f"http://127.0.0.1:{_DEFAULT_PORT}"
_SCHEMES = {"http": 80, "https": 443}
_NAME = re.compile(r"[\w.-]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?")


def host_address(environment: Mapping[str, str] = os.environ) -> str:
    """Where Ollama listens: OLLAMA_HOST as Ollama itself reads it, else 127.0.0.1:11434.

    Raises:
        ModelMissing: what it says is no address.
    """
    value = environment.get("OLLAMA_HOST", "").strip()
    if not value:
        return _DEFAULT_HOST
    try:
        return address_of(value)
    except ValueError as error:
        raise ModelMissing(
            f"OLLAMA_HOST is “{value}”, which is no address. Unset it, or set it to 127.0.0.1."
        ) from error


def address_of(value: str) -> str:
    """An address as `scheme://host:port`, from any form in which Ollama takes it.

    Raises:
        ValueError: it is none.
    """
    scheme, separator, rest = value.partition("://")
    if not separator:
        scheme, rest = "http", value
    default_port = _SCHEMES.get(scheme, _DEFAULT_PORT) if separator else _DEFAULT_PORT
    parts = urlsplit(f"//{f'[{rest}]' if rest.count(':') > 1 and '[' not in rest else rest}")
    host, port = parts.hostname or "127.0.0.1", parts.port or default_port
    host = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # what a server binds is not where one connects
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def is_loopback(address: str) -> bool:
    """True if the address cannot leave this computer."""
    host = urlsplit(address).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def remote_host(address: str) -> str:
    """`host:port` of another computer, which is what a person consents to; empty for this one."""
    return "" if is_loopback(address) else urlsplit(address).netloc.rpartition("@")[2].casefold()


def checked_host(value: str) -> str:
    """What is kept of the name of another computer that a person consents to: `host:port`.

    Raises:
        UserError: it is no name of a computer, or is this one, which needs no consent.
    """
    try:
        host = remote_host(address_of(value.strip())) if _NAME.fullmatch(value.strip()) else ""
    except ValueError:  # a port that is none
        host = ""
    if not host:
        raise UserError(f"“{value}” is not the name of another computer. One is written like this: 192.168.1.20:11434")
    return host


def refuse_elsewhere(address: str, consented: str = "") -> None:
    """Let pass what stays on this computer, and the one host that the person consented to.

    Raises:
        ModelMissing: the address is another computer's.
    """
    host = remote_host(address)
    if host and host != consented:
        raise ModelMissing(
            f"{host} is another computer: passages of your documents would leave this one and go there. Set Ollama's "
            "address (OLLAMA_HOST) to 127.0.0.1; or, if you want this, allow that host in the window under “Models”, "
            f"or with: paperlamp settings remote-host {host}"
        )
