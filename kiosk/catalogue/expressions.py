"""The part of XLSForm's expression language (XPath 1.0 with ODK functions) that questions use.

Known: `or and = != < <= > >= + - * div mod`, `${name}`, `.`, numbers, quoted strings, and the
functions in `FUNCTIONS`. An unknown name or function is refused when the catalogue is built, never
while a resident waits: what `parse` accepted can be evaluated whatever the answers are. Values are
text, numbers or truth values; a missing answer is "", and so is what XPath calls NaN. Dates are
ISO 8601 text and compare as dates.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.catalogue.patterns import BadPattern, compile_pattern

Value = str | float | bool

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]{1,15}(?:\.[0-9]{1,15})?)|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|\$\{\s*(?P<name>[\w.-]+)\s*\}|(?P<op><=|>=|!=|[=<>+\-*(),.])|(?P<word>[A-Za-z][\w-]*))"
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]*)?|-?\.[0-9]+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BINARY = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
_UNARY = 7
"""A sign binds tighter than any of them."""
_MAX_DEPTH = 40
_MAX_TOKENS = 300
"""Chains of operators nest too: this keeps every walk over the tree far from Python's limit."""
_MAX_LENGTH = 4000


class BadExpression(ValueError):
    """The expression is not of the known language; the message says where."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number or a quoted text."""

    value: Value


@dataclass(frozen=True, slots=True)
class Answer:
    """`${name}`, or `.` when `name` is ""."""

    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator, with its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Literal | Answer | Call


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression together with its source text."""

    source: str
    node: Node

    @property
    def names(self) -> frozenset[str]:
        """Return the names of the questions it refers to."""
        return frozenset(_names(self.node))

    def value(self, answers: Mapping[str, str], here: str = "", today: date | None = None) -> Value:
        """Evaluate.

        Args:
            answers: Values by question name; a missing one counts as "".
            here: What `.` stands for: the value being checked.
            today: What `today()` answers; without it `today()` is "".
        """
        return _evaluate(self.node, _Scope(answers, here, today))

    def is_true(
        self, answers: Mapping[str, str], here: str = "", today: date | None = None
    ) -> bool:
        """Evaluate to a truth value by XPath's `boolean()`."""
        return _truth(self.value(answers, here, today))


def parse(source: str) -> Expression:
    """Parse an expression.

    Raises:
        BadExpression: It is not of the known language.
    """
    if len(source) > _MAX_LENGTH:
        raise BadExpression(f"the expression is longer than {_MAX_LENGTH} characters")
    parser = _Parser(source, _tokens(source))
    node = parser.expression(0, 0)
    parser.end()
    return Expression(source, node)


@dataclass(frozen=True, slots=True)
class _Scope:
    answers: Mapping[str, str]
    here: str
    today: date | None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    @property
    def operator(self) -> str:
        """Return the operator it is, or ""; `'or'` and `${or}` are none."""
        return self.text if self.kind in {"op", "word"} and self.text in _BINARY else ""

    def is_mark(self, text: str) -> bool:
        """Say whether it is this parenthesis, comma or point."""
        return self.kind == "op" and self.text == text


def _tokens(source: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    end = len(source.rstrip())
    while position < end:
        match = _TOKEN.match(source, position)
        if match is None or match.lastgroup is None:
            raise BadExpression(f"can't read {source[position : position + 12]!r} in {source!r}")
        found.append(_Token(match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    if len(found) > _MAX_TOKENS:
        raise BadExpression(f"{source[:40]!r}... is too long; split the question")
    return found


class _Parser:
    """Precedence climbing over the tokens of one expression."""

    def __init__(self, source: str, tokens: list[_Token]) -> None:
        self._source = source
        self._tokens = tokens
        self._next = 0

    def end(self) -> None:
        """Insist that nothing is left."""
        if (token := self._peek()) is not None:
            raise BadExpression(f"unexpected {token.text!r} in {self._source!r}")

    def expression(self, lowest: int, depth: int) -> Node:
        """Read as far as operators bind tighter than `lowest`."""
        if depth > _MAX_DEPTH:
            raise BadExpression(f"{self._source!r} is nested too deeply")
        left = self._primary(depth)
        while (token := self._peek()) is not None and _BINARY.get(token.operator, 0) > lowest:
            self._take()
            right = self.expression(_BINARY[token.operator], depth + 1)
            left = Call(token.operator, (left, right))
        return left

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self) -> _Token:
        if self._next >= len(self._tokens):
            raise BadExpression(f"{self._source!r} ends too early")
        self._next += 1
        return self._tokens[self._next - 1]

    def _expect(self, mark: str) -> None:
        if not self._take().is_mark(mark):
            raise BadExpression(f"{mark!r} is missing in {self._source!r}")

    def _primary(self, depth: int) -> Node:
        token = self._take()
        match token.kind, token.text:
            case "number", text:
                return Literal(float(text))
            case "text", text:
                return Literal(text[1:-1])
            case "name", text:
                return Answer(text)
            case "op", ".":
                return Answer("")
            case "op", "-":
                return Call("-", (Literal(0.0), self.expression(_UNARY, depth + 1)))
            case "op", "(":
                node = self.expression(0, depth + 1)
                self._expect(")")
                return node
            case "word", text if text in FUNCTIONS:
                return self._call(text, depth)
            case "word", text:
                raise BadExpression(f"there is no function {text!r} here, as in {self._source!r}")
            case _:
                raise BadExpression(f"unexpected {token.text!r} in {self._source!r}")

    def _call(self, function: str, depth: int) -> Node:
        self._expect("(")
        arguments: list[Node] = []
        if (token := self._peek()) is not None and token.is_mark(")"):
            self._take()
        else:
            arguments.append(self.expression(0, depth + 1))
            while not (token := self._take()).is_mark(")"):
                if not token.is_mark(","):
                    raise BadExpression(f"a comma or ')' is missing in {self._source!r}")
                arguments.append(self.expression(0, depth + 1))
        least, most, _ = FUNCTIONS[function]
        if not least <= len(arguments) <= most:
            raise BadExpression(f"{function}() has {len(arguments)} arguments in {self._source!r}")
        if function == "regex":
            self._check_pattern(arguments[1])
        return Call(function, tuple(arguments))

    def _check_pattern(self, pattern: Node) -> None:
        """Insist on a pattern that can be tried now, and not only once a resident has answered."""
        if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
            raise BadExpression(f"the pattern of regex() is no quoted text in {self._source!r}")
        try:
            compile_pattern(pattern.value)
        except BadPattern as error:
            raise BadExpression(f"{error} in {self._source!r}") from error


def _names(node: Node) -> list[str]:
    match node:
        case Answer(name):
            return [name] if name else []
        case Call(_, arguments):
            return [name for argument in arguments for name in _names(argument)]
        case Literal():
            return []


def _evaluate(node: Node, scope: _Scope) -> Value:
    match node:
        case Literal(value):
            return value
        case Answer(""):
            return scope.here
        case Answer(name):
            return scope.answers.get(name, "")
        case Call("or", (left, right)):
            return _truth(_evaluate(left, scope)) or _truth(_evaluate(right, scope))
        case Call("and", (left, right)):
            return _truth(_evaluate(left, scope)) and _truth(_evaluate(right, scope))
        case Call("if", (condition, yes, no)):
            return _evaluate(yes if _truth(_evaluate(condition, scope)) else no, scope)
        case Call(function, arguments):
            values = [_evaluate(argument, scope) for argument in arguments]
            if function in _BINARY:
                return _finite(_operate(function, values[0], values[1]))
            return FUNCTIONS[function][2](scope, *values)


def _operate(operator: str, left: Value, right: Value) -> Value:
    if operator in {"=", "!="}:
        return _equal(left, right) is (operator == "=")
    if operator in {"<", "<=", ">", ">="}:
        order = _order(left, right)
        if order is None:
            return False
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]
    a, b = _number(left), _number(right)
    if a is None or b is None or (operator in {"div", "mod"} and b == 0):
        return ""  # XPath says NaN; every comparison with it is false, as with ""
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "div":
            return a / b
        case _:
            return math.fmod(a, b)  # XPath's mod keeps the sign of the dividend


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return _truth(left) == _truth(right)
    if isinstance(left, float) or isinstance(right, float):
        a, b = _number(left), _number(right)
        return a is not None and a == b
    return left == right


def _order(left: Value, right: Value) -> float | None:
    first, second = _date(left), _date(right)
    if first is not None and second is not None:
        return (first - second).days
    a, b = _number(left), _number(right)
    return None if a is None or b is None else a - b


def _truth(value: Value) -> bool:
    return bool(value)


def _finite(value: Value) -> Value:
    return "" if isinstance(value, float) and not math.isfinite(value) else value


def _number(value: Value) -> float | None:
    if not isinstance(value, str):
        return float(value)
    # XPath's own notation, so not `float()`, which also reads 1_000, 1e3 and other scripts' digits.
    text = value.strip()
    if _NUMBER.fullmatch(text) is None:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _date(value: Value) -> date | None:
    # Python also reads 20260101 and 2026-W01-1, and an account number is no date.
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value


def _regex(_: _Scope, value: Value, pattern: Value) -> Value:
    return compile_pattern(_text(pattern)).fullmatch(_text(value)) is not None


FUNCTIONS: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "selected": (2, 2, lambda _, value, name: _text(name) in _text(value).split()),
    "not": (1, 1, lambda _, value: not _truth(value)),
    "true": (0, 0, lambda _: True),
    "false": (0, 0, lambda _: False),
    "today": (0, 0, lambda scope: scope.today.isoformat() if scope.today else ""),
    "regex": (2, 2, _regex),
    "string-length": (1, 1, lambda _, value: float(len(_text(value)))),
    "number": (1, 1, lambda _, value: "" if (n := _number(value)) is None else n),
    "string": (1, 1, lambda _, value: _text(value)),
    "boolean": (1, 1, lambda _, value: _truth(value)),
    "coalesce": (2, 2, lambda _, first, second: first if first != "" else second),
    "if": (3, 3, lambda *_: ""),
}
"""Name -> (fewest arguments, most arguments, function).."""
