"""What can be asked of documents, of pages, or of models, wherever the window offers it, and what it is called."""

from __future__ import annotations

import sys
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate


class DocumentAction(StrEnum):
    """An action; Qt hands string enums on as plain strings: compare with `==`, never with `is`."""

    OPEN = "open"
    OPEN_PAGE = "open_page"
    UNLOCK = "unlock"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    RETRY = "retry"
    RECOGNISE = "recognise"
    SKIP = "skip"
    FIRST = "first"
    UP = "up"
    DOWN = "down"
    LAST = "last"
    DETAILS = "details"
    LOCATE = "locate"
    REVEAL = "reveal"
    REMOVE = "remove"
    SUMMARISE = "summarise"
    OUTLINE = "outline"
    COMPARE = "compare"
    ASK_EACH = "ask_each"
    USE = "use"
    DOWNLOAD = "download"


def action_text(action: DocumentAction) -> str:
    """What an action is called on a button or in a menu."""
    match action:
        case DocumentAction.OPEN:
            return translate("actions", "Open")
        case DocumentAction.OPEN_PAGE:
            return translate("actions", "Open page")
        case DocumentAction.UNLOCK:
            return translate("actions", "Unlock")
        case DocumentAction.PAUSE:
            return translate("actions", "Pause")
        case DocumentAction.RESUME:
            return translate("actions", "Resume")
        case DocumentAction.STOP:
            return translate("actions", "Stop")
        case DocumentAction.RETRY:
            return translate("actions", "Retry")
        case DocumentAction.RECOGNISE:
            return translate("actions", "Run OCR")
        case DocumentAction.SKIP:
            return translate("actions", "Leave out")
        case DocumentAction.FIRST:
            return translate("actions", "Read this one first")
        case DocumentAction.UP:
            return translate("actions", "Move up")
        case DocumentAction.DOWN:
            return translate("actions", "Move down")
        case DocumentAction.LAST:
            return translate("actions", "Move to the end")
        case DocumentAction.DETAILS:
            return translate("actions", "Details")
        case DocumentAction.LOCATE:
            return translate("actions", "Locate…")
        case DocumentAction.REVEAL:
            if sys.platform == "darwin":
                return translate("actions", "Show in Finder")
            return translate("actions", "Show in folder")
        case DocumentAction.REMOVE:
            return translate("actions", "Remove")
        case DocumentAction.SUMMARISE:
            return translate("actions", "Summarise")
        case DocumentAction.OUTLINE:
            return translate("actions", "Outline")
        case DocumentAction.COMPARE:
            return translate("actions", "Compare")
        case DocumentAction.ASK_EACH:
            return translate("actions", "Ask each of them…")
        case DocumentAction.USE:
            return translate("actions", "Use")
        case DocumentAction.DOWNLOAD:
            return translate("actions", "Download")
