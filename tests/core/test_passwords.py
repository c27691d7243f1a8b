"""Passwords in a keyring that is held in memory; the person's own is never touched."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from core.passwords import RememberedPasswords


class MemoryKeyring(KeyringBackend):
    """A keyring that may be locked."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def _look(self) -> None:
        if self.is_locked:
            raise KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self._look()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._look()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._look()
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not there")
        del self.kept[service, username]


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    made = MemoryKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_a_password_is_kept_for_its_document_and_forgotten(memory: MemoryKeyring) -> None:
    passwords = RememberedPasswords()
    assert passwords.is_available()
    assert passwords.recall("abc") is None
    assert passwords.remember("abc", "wörd")
    assert passwords.remember("other", "second")
    assert memory.kept == {("Paperlamp", "abc"): "wörd", ("Paperlamp", "other"): "second"}
    assert passwords.recall("abc") == "wörd"
    passwords.forget("abc")
    passwords.forget("abc")
    assert (passwords.recall("abc"), passwords.recall("other")) == (None, "second")


def test_a_locked_keyring_is_no_fault(memory: MemoryKeyring, caplog: pytest.LogCaptureFixture) -> None:
    passwords = RememberedPasswords()
    memory.is_locked = True
    assert not passwords.remember("abc", "a-password-nobody-guesses")
    assert passwords.recall("abc") is None
    passwords.forget("abc")
    assert len(caplog.records) == 3
    assert "a-password-nobody-guesses" not in caplog.text


def test_where_there_is_no_keyring_that_is_said() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())
    try:
        passwords = RememberedPasswords()
        assert not passwords.is_available()
        assert not passwords.remember("abc", "x")
        assert passwords.recall("abc") is None
    finally:
        keyring.set_keyring(before)
