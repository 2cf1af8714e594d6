"""Receipts of invented people, as long and as full as real ones."""

from __future__ import annotations

from kiosk.ports.printer import (
    Fact,
    Line,
    NumberGroups,
    Paper,
    QrCode,
    Rule,
    Step,
    TextSize,
)

QUERY_ADDRESS = "https://platform.example/q?n=990211460800000000021&c=7KX4MP"


def a_chinese_receipt(job_id: str = "job-zh") -> Paper:
    """Return a receipt in Chinese, with a character from beyond the Basic Multilingual Plane."""
    blocks = (
        Line("槐树里社区服务点", is_centred=True),
        Line("申请回执", TextSize.HUGE, is_bold=True, is_centred=True),
        Line("已收件，尚未受理", TextSize.LARGE, is_bold=True, is_centred=True),
        Rule(),
        Line("您的办理号码", TextSize.SMALL, is_centred=True),
        NumberGroups(("9902", "1146", "08")),
        Rule(),
        Fact("办理事项", "高龄津贴"),
        Fact("申请人", "王*䶮"),
        Fact("收件时间", "2026年11月20日 上午 9:52"),
        Fact("收件地点", "槐树里社区服务点 1 号自助机"),
        Fact("协助人", "志愿者 𠮷田（李明）"),
        Rule(),
        Line("接下来怎么办", TextSize.LARGE, is_bold=True),
        Step(1, "网络恢复后自动送到民政部门，一般 5 个工作日内告诉您是否受理。"),
        Step(2, "到 2026年11月27日 还没有消息，请带着这张回执来问，或打 0000-0000-0000。"),
        Step(3, "办理全程免费。有人向您收钱，请打上面的电话。"),
        Rule(),
        QrCode(QUERY_ADDRESS),
        Line("扫码查进度，或在本机“查进度”输入号码", TextSize.SMALL, is_centred=True),
        Line("查询码", TextSize.SMALL, is_centred=True),
        Line("7KX 4MP", TextSize.LARGE, is_bold=True, is_centred=True),
        Rule(),
        Line("热敏纸会褪色，请避光保存，或拍照留底。", TextSize.SMALL),
    )
    return Paper(job_id, "申请回执", "zh_CN", blocks)


def an_english_receipt(job_id: str = "job-en") -> Paper:
    """Return a receipt in English, with a Chinese name in it."""
    blocks = (
        Line("Huaishuli community service point", is_centred=True),
        Line("Receipt", TextSize.HUGE, is_bold=True, is_centred=True),
        Line("Received here, not yet accepted", TextSize.LARGE, is_bold=True, is_centred=True),
        Rule(),
        Line("Your number", TextSize.SMALL, is_centred=True),
        NumberGroups(("9902", "1146", "08")),
        Rule(),
        Fact("Service", "Old-age allowance"),
        Fact("Applicant", "王*䶮"),
        Fact("Received at", "20 November 2026, 9:52"),
        Fact("Place", "Huaishuli community service point, kiosk 1"),
        Fact("Helped by", "Volunteer Li Ming"),
        Rule(),
        Line("What happens next", TextSize.LARGE, is_bold=True),
        Step(
            1,
            "When the network is back, this goes to the civil affairs office by itself. "
            "They usually tell you within 5 working days whether it is accepted.",
        ),
        Step(
            2,
            "If you have heard nothing by 27 November 2026, don’t wait: bring this paper and ask, "
            "or call 0000-0000-0000.",
        ),
        Step(3, "Everything here is free of charge. If somebody asks for money, call that number."),
        Rule(),
        QrCode(QUERY_ADDRESS),
        Line("Scan to see how far it is, or choose “Check progress” here", TextSize.SMALL),
        Line("7KX 4MP", TextSize.LARGE, is_bold=True, is_centred=True),
    )
    return Paper(job_id, "Receipt", "en", blocks)


def a_short_slip(job_id: str = "job-short") -> Paper:
    """Return a slip of two lines."""
    return Paper(job_id, "Slip", "en", (Line("Nothing was kept."), Line("Please ask at desk 2.")))
