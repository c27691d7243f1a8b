"""Passwords of documents in the system's keyring, for those who ask for it. Nothing is written anywhere else."""

from __future__ import annotations

import logging

logger = logging.getLogger(__name__)

_SERVICE = "Paperlamp"


class RememberedPasswords:
    """The system's keyring: Keychain on macOS, Credential Locker on Windows, the Secret Service on Linux.

    Each call may take a moment, or ask the person to unlock the keyring: not for the window's thread.
    """

    def is_available(self) -> bool:
        """True where the system has a keyring that can be used."""
        import keyring
        from keyring.backends.fail import Keyring as NoKeyring

        return not isinstance(keyring.get_keyring(), NoKeyring)

    def remember(self, document: str, password: str) -> bool:
        """Keep a document's password; False when the keyring does not take it."""
        import keyring
        from keyring.errors import KeyringError

        try:
            keyring.set_password(_SERVICE, document, password)
        except KeyringError:
            logger.warning("the keyring did not take a password")
            return False
        return True

    def recall(self, document: str) -> str | None:
        """The password kept for a document, or None."""
        import keyring
        from keyring.errors import KeyringError

        try:
            return keyring.get_password(_SERVICE, document)
        except KeyringError:
            logger.warning("the keyring did not give a password")
            return None

    def forget(self, document: str) -> None:
        """Delete a document's password from the keyring; nothing where none is kept."""
        import keyring
        from keyring.errors import KeyringError

        try:
            if keyring.get_password(_SERVICE, document) is not None:
                keyring.delete_password(_SERVICE, document)
        except KeyringError:
            logger.warning("the keyring did not delete a password")
