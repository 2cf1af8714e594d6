"""The expression language of the questions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.expressions import FUNCTIONS, BadExpression, Value, parse

TODAY = date(2026, 11, 20)
ANSWERS = {
    "age": "78",
    "name": "张秀英",
    "pay_to": "passbook",
    "kinds": "a b",
    "born": "1948-03-05",
    "or": "2",
    "empty": "",
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("8 - 3 - 2", 3.0),
        ("-2 * 3", -6.0),
        ("--2", 2.0),
        ("5 - -2", 7.0),
        ("7 div 2", 3.5),
        ("-7 mod 3", -1.0),
        ("1 div 0", ""),
        ("1 mod 0", ""),
        ("'a' + 1", ""),
        ("${age}", "78"),
        ("${ age }", "78"),
        ("${nobody}", ""),
        (".", "here"),
        ("'it''s'", None),
        ('"it\'s"', "it's"),
        ("number('1_000')", ""),
        ("number('1e3')", ""),
        ("number('٧')", ""),
        ("number(' 7.5 ')", 7.5),
        ("number('7.')", 7.0),
        ("string(7)", "7"),
        ("string(7.5)", "7.5"),
        ("string(1 = 1)", "true"),
        ("string-length('张秀英')", 3.0),
        ("coalesce(${empty}, 'b')", "b"),
        ("coalesce(${name}, 'b')", "张秀英"),
        ("if(${age} < 80, 'young', 'old')", "young"),
        ("today()", "2026-11-20"),
    ],
)
def test_values(source: str, value: Value | None) -> None:
    """Operators, names and functions have XPath's values; NaN is an empty text."""
    if value is None:
        with pytest.raises(BadExpression):
            parse(source)
        return
    assert parse(source).value(ANSWERS, "here", TODAY) == value


@pytest.mark.parametrize(
    "source",
    [
        "1 < 2 and 2 < 3",
        "1 = 2 or 3 = 3",
        "false() and false() or true()",
        "true() or false() and false()",
        "${age} < 80",
        "${age} = 78",
        "${age} = '78'",
        "not(${empty} = 0)",
        "${empty} != 0",
        "${born} < today()",
        "'2026-11-20' >= today()",
        "'2026-02-30' != ${born}",
        "not('2026-02-30' < today())",
        "selected(${kinds}, 'b')",
        "not(selected(${kinds}, 'c'))",
        "${pay_to} = 'bank_card' or ${pay_to} = 'passbook'",
        "regex(${age}, '[0-9]+')",
        "not(regex(${age}, '[0-9]'))",
        "not(regex('٧', '\\d'))",
        "boolean(${age})",
        "not(boolean(${empty}))",
        "true() = 'any text'",
        "not(20260101 < '2026-01-02')",
        "(((1)))=1",
        "1<=1 and 1>=1 and 1!=2",
        "${or} = 2 or ${or} = 3",
        "'or' = 'or'",
    ],
)
def test_truths(source: str) -> None:
    """What holds is true."""
    assert parse(source).is_true(ANSWERS, today=TODAY)


def test_today_is_empty_without_a_day() -> None:
    """Who gives no day gets no day, and no comparison with it is true."""
    assert parse("today()").value({}) == ""
    assert not parse("'2026-01-01' < today()").is_true({})


@pytest.mark.parametrize(
    "source",
    [
        "",
        "   ",
        "1 +",
        "(1",
        "1)",
        "${a} ${b}",
        "${a} ${or} ${b}",
        "1 'or' 1",
        "concat('a', 'b')",
        "age < 80",
        "selected(${a} 'b')",
        "selected(${a}, 'b',)",
        "if(1 2 3)",
        "not()",
        "not(1, 2)",
        "today(1)",
        "'open",
        "${open",
        "${a b}",
        "1 == 1",
        "1 && 1",
        "#",
        "regex(., ${pattern})",
        "regex(., 5)",
        "regex(., '[')",
        "regex(., '(a+)+')",
        "or",
        "1 or or 1",
        "(" * 41 + "1" + ")" * 41,
        " or ".join(["1"] * 200),
        "-" * 60 + "1",
        "1" * 16,
        " " * 5000 + "1",
    ],
)
def test_foreign_language_is_refused(source: str) -> None:
    """What is not of the language is refused with a sentence."""
    with pytest.raises(BadExpression) as caught:
        parse(source)
    assert len(str(caught.value)) > 10


def test_names_are_told() -> None:
    """An expression names the questions it looks at, and the point is none of them."""
    assert parse("${a} = 1 or not(selected(${b}, . ))").names == {"a", "b"}


_LEAVES = st.one_of(
    st.sampled_from(["${a}", "${b}", ".", "today()", "'x'", "''", "'2026-01-01'", "true()"]),
    st.integers(0, 10**15 - 1).map(str),
    st.decimals(0, 1000, places=3).map(str),
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = ["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"]
    one = ["not", "string", "number", "boolean", "string-length"]
    return st.one_of(
        st.tuples(inner, st.sampled_from(operators), inner).map(
            lambda t: f"({t[0]} {t[1]} {t[2]})"
        ),
        st.tuples(st.sampled_from(one), inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"coalesce({t[0]}, {t[1]})"),
        st.tuples(inner, inner).map(lambda t: f"selected({t[0]}, {t[1]})"),
        st.tuples(inner, inner, inner).map(lambda t: f"if({t[0]}, {t[1]}, {t[2]})"),
        inner.map(lambda source: f"-{source}"),
        inner.map(lambda source: f"regex({source}, '[0-9]+')"),
    )


_SOURCES = st.recursive(_LEAVES, _larger, max_leaves=12)
_ANSWERED = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["inf", "nan", "1e999", "9" * 400, "-0", "2026-02-30", "٣", "0.0", "\ud800"]),
)


@given(_SOURCES, _ANSWERED, _ANSWERED, st.none() | st.dates())
def test_what_was_accepted_can_be_evaluated(
    source: str, first: str, second: str, today: date | None
) -> None:
    """Evaluating never fails, whatever somebody answered."""
    expression = parse(source)
    answers = {"a": first, "b": second}
    value = expression.value(answers, first, today)
    assert isinstance(value, str | float | bool)
    assert value == value  # noqa: PLR0124  NaN is not equal to itself, and must not come out
    assert isinstance(expression.is_true(answers, second, today), bool)


_PIECES = st.sampled_from(
    [*FUNCTIONS, "or", "and", "(", ")", ",", ".", "${a}", "1", "'", "-", "=", "<", "div", " ", "[+"]
)


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=40).map(" ".join)))
def test_any_text_is_read_or_refused(source: str) -> None:
    """Reading an expression fails in one way only."""
    try:
        expression = parse(source)
    except BadExpression:
        return
    expression.value({"a": source}, source, TODAY)
