"""The words residents read about a state, in every language of the query page."""

from __future__ import annotations

from sync.protocol import StatusCode

OFFICE_LANGUAGES = (("zh_CN", "中文"), ("en", "English"))
"""What the office can write in."""

STATUS_WORDS: dict[StatusCode, dict[str, str]] = {
    StatusCode.RECEIVED: {
        "zh_CN": "已收到，等待审核",
        "en": "Received, not looked at yet",
    },
    StatusCode.ACCEPTED: {
        "zh_CN": "已受理，正在办理",
        "en": "Accepted, being worked on",
    },
    StatusCode.MORE_PAPERS: {
        "zh_CN": "需要补充材料",
        "en": "More papers are needed",
    },
    StatusCode.DONE: {
        "zh_CN": "已办结",
        "en": "Done",
    },
    StatusCode.REFUSED: {
        "zh_CN": "未予批准",
        "en": "Not granted",
    },
}
