"""The dates of a PDF's document information: `D:20240517093000+02'00'`, as ISO 32000-1, 7.9.4, has them."""

from __future__ import annotations

import re
from datetime import datetime

_DATE = re.compile(r"\s*(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_EARLIEST = 1900  # what is older was made up by a program that did not know


def iso_date(written: str) -> str:
    """The moment as ISO 8601, in the writer's own time; empty where it is none.

    What stands after the seconds, the distance to universal time, is left out: of interest is the day as it was there.
    """
    match = _DATE.match(written)
    if match is None:
        return ""
    year, month, day, hour, minute, second = (int(part) if part else None for part in match.groups())
    try:
        moment = datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0)
    except ValueError:
        return ""
    return moment.isoformat() if moment.year >= _EARLIEST else ""
