"""The part of XLSForm's expression language (XPath 1.0 with ODK functions) that questions use.

Known: `or and = != < <= > >= + - * div mod`, `${name}`, `.`, numbers, quoted strings, and the
    functions in `FUNCTIONS`. An unknown
name or function is refused when the catalogue is built, never while a resident waits. Values are
text, numbers or truth values; a missing
answer is "". Dates are ISO 8601 text and compare as dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

Value = str | float | bool

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^']*'|\"[^\"]*\")|\$\{(?P<name>[\w.-]+)\}"
    r"|(?P<op><=|>=|!=|[=<>+\-*(),.])|(?P<word>[A-Za-z][\w-]*))"
)
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
_MAX_DEPTH = 40


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
    tokens = _tokens(source)
    parser = _Parser(source, tokens)
    node = parser.expression(0, 0)
    if parser.peek() is not None:
        raise BadExpression(f"unexpected {parser.peek()!r} in {source!r}")
    return Expression(source, node)


@dataclass(frozen=True, slots=True)
class _Scope:
    answers: Mapping[str, str]
    here: str
    today: date | None


def _tokens(source: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    while source[position:].strip():
        match = _TOKEN.match(source, position)
        if match is None or match.lastgroup is None:
            raise BadExpression(f"can't read {source[position : position + 12]!r} in {source!r}")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        position = match.end()
    return found


class _Parser:
    """Precedence climbing over the tokens of one expression."""

    def __init__(self, source: str, tokens: list[tuple[str, str]]) -> None:
        self._source = source
        self._tokens = tokens
        self._next = 0

    def peek(self) -> str | None:
        return self._tokens[self._next][1] if self._next < len(self._tokens) else None

    def _take(self) -> tuple[str, str]:
        if self._next >= len(self._tokens):
            raise BadExpression(f"{self._source!r} ends too early")
        self._next += 1
        return self._tokens[self._next - 1]

    def _expect(self, token: str) -> None:
        if self._take()[1] != token:
            raise BadExpression(f"{token!r} is missing in {self._source!r}")

    def expression(self, lowest: int, depth: int) -> Node:
        if depth > _MAX_DEPTH:
            raise BadExpression(f"{self._source!r} is nested too deeply")
        left = self._primary(depth)
        while (operator := self.peek()) is not None and _BINARY.get(operator, 0) > lowest:
            self._take()
            right = self.expression(_BINARY[operator], depth + 1)
            left = Call(operator, (left, right))
        return left

    def _primary(self, depth: int) -> Node:
        kind, text = self._take()
        match kind, text:
            case "number", _:
                return Literal(float(text))
            case "text", _:
                return Literal(text[1:-1])
            case "name", _:
                return Answer(text)
            case "op", ".":
                return Answer("")
            case "op", "-":
                return Call("-", (Literal(0.0), self.expression(6, depth + 1)))
            case "op", "(":
                node = self.expression(0, depth + 1)
                self._expect(")")
                return node
            case "word", _ if text in FUNCTIONS:
                return self._call(text, depth)
            case _:
                raise BadExpression(f"unexpected {text!r} in {self._source!r}")

    def _call(self, function: str, depth: int) -> Node:
        self._expect("(")
        arguments: list[Node] = []
        if self.peek() == ")":
            self._take()
        else:
            while True:
                arguments.append(self.expression(0, depth + 1))
                if self._take()[1] == ")":
                    break
        least, most, _ = FUNCTIONS[function]
        if not least <= len(arguments) <= most:
            raise BadExpression(f"{function}() has {len(arguments)} arguments in {self._source!r}")
        return Call(function, tuple(arguments))


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
                return _operate(function, values[0], values[1])
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
            return a - b * int(a / b)  # XPath's mod keeps the sign of the dividend


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


def _number(value: Value) -> float | None:
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return None
        return number if number == number and abs(number) != float("inf") else None  # noqa: PLR0124
    return float(value)


def _date(value: Value) -> date | None:
    if not isinstance(value, str):
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
    return re.fullmatch(_text(pattern), _text(value)) is not None


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
