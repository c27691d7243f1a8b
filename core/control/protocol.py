"""What is said over the owner's socket: one JSON object a line, first the request, then events, then the end.

→ 5f0c…                                 any word that was not used before
← {"event": "greeting", "proof": "…"}   its HMAC: who answers has read the token too, so it may be told passwords
→ {"token": "…", "verb": "add", "paths": ["/a.pdf"], "collection": null, "passwords": []}
← {"event": "progress", "document": "…", "state": "reading", …}
← {"event": "end"}                     or {"event": "error", "reason": "…"}
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.ingest.following import Concerned, IngestEvent, Skipped
from core.paths import write_private
from core.types import DocumentState, EmbeddingProgress, EmbeddingState, IngestProgress, OverallProgress

Event = IngestEvent | EmbeddingProgress

LARGEST_LINE = 64 << 20
LARGEST_NONCE = LARGEST_GREETING = 1 << 10
_ADDRESS = "owner.json"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a library's owner listens on the loopback interface, and the word that it wants to hear."""

    port: int
    token: str


def publish(folder: Path, address: Address) -> None:
    """Tell those who may read the library's folder, and nobody else, where its owner is."""
    write_private(folder / _ADDRESS, json.dumps(asdict(address)).encode())


def withdraw(folder: Path) -> None:
    """The owner leaves."""
    (folder / _ADDRESS).unlink(missing_ok=True)


def find(folder: Path) -> Address | None:
    """Where the owner of a library is, if it told; it may have been killed since."""
    try:
        told = json.loads((folder / _ADDRESS).read_text("utf-8"))
        return Address(int(told["port"]), str(told["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def proof(token: str, nonce: bytes) -> str:
    """What only a process that knows the token can answer to `nonce`."""
    return hmac.new(token.encode(), nonce, hashlib.sha256).hexdigest()


def pack(event: Event) -> dict[str, Any]:
    """An event as JSON."""
    if isinstance(event, IngestProgress):
        return {"event": "progress", **asdict(event)}
    if isinstance(event, OverallProgress):
        return {"event": "overall", **asdict(event)}
    if isinstance(event, EmbeddingProgress):
        return {"event": "embedding", **asdict(event)}
    if isinstance(event, Concerned):
        return {"event": "concerned", "documents": list(event.documents)}
    return {"event": "skipped", "path": str(event.path), "reason": event.reason}


def unpack(message: dict[str, Any]) -> Event:
    """The event that a message tells of."""
    fields = {key: value for key, value in message.items() if key != "event"}
    if message["event"] == "progress":
        return IngestProgress(**fields | {"state": DocumentState(fields["state"])})
    if message["event"] == "overall":
        return OverallProgress(**fields)
    if message["event"] == "embedding":
        return EmbeddingProgress(**fields | {"state": EmbeddingState(fields["state"])})
    if message["event"] == "concerned":
        return Concerned(tuple(fields["documents"]))
    return Skipped(Path(fields["path"]), fields["reason"])
