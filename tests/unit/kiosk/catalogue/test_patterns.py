"""Patterns that an office may write."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.catalogue.patterns import BadPattern, compile_pattern


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("[0-9]{12,19}", "6222020000000000", "6222"),
        (r"\d{4}", "1234", "１２３４"),
        (r"(\+[0-9]{1,3} ?)?[0-9]{7,12}", "+86 53100000000", "+"),
        ("(ab|cd){2}", "abcd", "ab"),
        ("([0-9]{4} ?){3,5}", "6222 0200 0000", "6222"),
        ("[^]a-z]+", "A1", "a"),
        (r"a\(?b\)?", "a(b)", "a(b]"),
        ("(?:xy)*z?", "xyxyz", "zz"),
        ("a{,3}b{}", "aab{}", "b"),
        ("(?=.*[0-9]).+", "a1", "aa"),
        ("a+?b", "aab", "a"),
    ],
)
def test_patterns_fit_whole_answers(pattern: str, fits: str, fits_not: str) -> None:
    """A pattern has to fit all of the answer, with ASCII's digits."""
    compiled = compile_pattern(pattern)
    assert compiled.fullmatch(fits)
    assert not compiled.fullmatch(fits_not)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a*)*b",
        "(a|aa)+",
        "(a{1,50}){2}",
        "((a)|b)*",
        "(x?){20}",
        "(?:(?:a+)b)*",
        r"(\d+\s*)+",
        ".*a.*b.*c.*",
        "[",
        "(",
        ")",
        "a**",
        "a{9999999999999}",
        "[[a]",
        "(?i)a",
        "(?x: # )\n a)",
        "(?#comment)",
        "a" * 201,
        "(" * 90 + ")" * 90 + "{3}(?",
    ],
)
def test_wrong_or_endless_patterns_are_refused(pattern: str) -> None:
    """What can't be read, or could take for ever, is refused with a sentence."""
    with pytest.raises(BadPattern, match="pattern"):
        compile_pattern(pattern)


_PIECES = st.sampled_from(
    [*"abc019()[]{}|*+?.^$\\-,", "(?:", "(?=", "(?P<n>", "{2}", "{1,}", r"\d", "(?", "[^"]
)


@given(st.lists(_PIECES, max_size=20).map("".join))
def test_any_pattern_is_read_or_refused(pattern: str) -> None:
    """Reading a pattern fails in one way only, and what was read ends on an unwelcome answer."""
    try:
        compiled = compile_pattern(pattern)
    except BadPattern:
        return
    assert isinstance(compiled, re.Pattern)
    compiled.fullmatch("ab" * 50 + "!")
