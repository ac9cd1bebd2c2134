# SPDX-License-Identifier: MIT
"""Short names for the scripts of the page.

What all scripts share has a short name of its own. What a function declares has a letter, and
others have the same one, also a function inside it that does not use what is called so: functions
that are alike become the same text, which is what compression lives on. Within one function the
same name has the same letter everywhere, so that no block can mix them up. Properties, and what
the browser has, keep their names.
"""

import collections
import itertools

# The letters that words have most, so that both together cost less.
_LOCAL_LETTERS = "etnairosldcupmhgfbvyqwxkjz"
_SHARED_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RESERVED = frozenset("""
break case catch class const continue default delete do else finally for function if in instanceof
let new null of return static super switch this throw true false try typeof undefined var void
while yield async await constructor""".split())
# Names of the browser that the page uses, so that they are never taken for its own.
_BROWSER = frozenset("""
AbortController Array Blob DataView Date Infinity Int32Array Intl JSON Math NaN Node Number Object
Promise Set Map String TextEncoder URL Uint8Array ArrayBuffer Event addEventListener clearTimeout
document fetch history innerWidth localStorage location navigator parseInt print scrollTo
setInterval setTimeout""".split())
_BEFORE_BLOCK = (")", "=>", "else", "try", "finally", "catch", "{", "}", ";", "do")
_STATEMENTS = ("if", "for", "while", "switch", "catch")  # ( ) { } that are no function

Token = collections.namedtuple("Token", ("kind", "text"))


def renamed(tokens: list) -> list:
    """The tokens with short names."""
    places = [i for i, token in enumerate(tokens) if token.kind != "space"]
    code = _Code([tokens[i] for i in places])
    new = _new_names(code)
    out = list(tokens)
    for at, i in enumerate(places):
        if at not in new or new[at] == tokens[i].text:
            continue
        alone = code.role(at) == "alone"  # {serial} becomes {serial:a}
        out[i] = Token("word", (tokens[i].text + ":" if alone else "") + new[at])
    return out


# {place of a word: its short name}
def _new_names(code):
    scope_of = code.resolved()
    used = collections.Counter(code.tokens[i].text for i, scope in scope_of.items() if scope == 0)
    free = {code.tokens[i].text for i, scope in scope_of.items() if scope is None}
    unused = (name for name in _names(_SHARED_LETTERS) if name not in free)
    found = {0: dict(zip(sorted(used, key=lambda name: (-used[name], name)), unused))}
    taken = set(found[0].values()) | free | _RESERVED | _BROWSER
    for scope, (names, outer) in code.needs(scope_of).items():
        others = {found[where][name] for where, name in outer}
        letters = (name for name in _names(_LOCAL_LETTERS) if name not in taken | others)
        found[scope] = {name: next(letters) for name in names}
    return {i: found[scope][code.tokens[i].text] for i, scope in scope_of.items()
            if scope is not None}


def _names(first):
    both = ("".join(pair[::-1]) for pair in itertools.product(_LOCAL_LETTERS, repeat=2))
    return itertools.chain(first, (name for name in both if name not in _RESERVED))


class _Code:
    """Tokens without spaces, and for each the bracket and the function that it is in."""

    def __init__(self, tokens):
        self.tokens = tokens
        self._parent, self._begin, self._end, self._blocks = [], {}, {}, set()
        stack = [-1]
        for i, (kind, text) in enumerate(tokens):
            if kind == "html" and text[0] == "}" or kind == "sign" and text in (")", "]", "}"):
                self._begin[i] = stack.pop()
                self._end[self._begin[i]] = i
            self._parent.append(stack[-1])
            if (kind == "html" and text.endswith("${")
                    or kind == "sign" and text in ("(", "[", "{")):
                stack.append(i)
                before = tokens[i - 1].text if i else ";"
                if text == "{" and (before in _BEFORE_BLOCK or tokens[i - 2].text == "class"):
                    self._blocks.add(i)
        # (first, last) place of each function, the outer ones first; number 0 is the program.
        self._functions = [(-1, len(tokens))] + sorted(
            self._found(), key=lambda at: (at[0], -at[1]))
        self._scopes = self._inside()

    # --- functions

    def _found(self):
        for i, (kind, text) in enumerate(self.tokens):
            if text == "=>" and kind == "sign":
                first = self._begin[i - 1] if self._text(i - 1) == ")" else i - 1
                body = self._text(i + 1) == "{"
                yield first, self._end[i + 1] if body else self._expression_end(i)
            elif (text == "{" and kind == "sign" and self._text(i - 1) == ")"
                  and self._text(self._begin[i - 1] - 1) not in _STATEMENTS):
                yield self._begin[i - 1], self._end[i]

    # Where the expression after an arrow ends.
    def _expression_end(self, arrow):
        questions = 0
        for i in range(arrow + 1, len(self.tokens)):
            if self._parent[i] != self._parent[arrow]:
                if self._parent[i] < self._parent[arrow]:
                    return i - 1
                continue
            text = self._text(i)
            questions += (text == "?") - (text == ":")
            if text in (",", ";") or questions < 0:
                return i - 1
        return len(self.tokens) - 1

    # The functions around each token, as a tuple of numbers, the outermost first.
    def _inside(self):
        found, stack, waiting = [], [0], list(enumerate(self._functions))[:0:-1]
        for i in range(len(self.tokens)):
            while self._functions[stack[-1]][1] < i:
                stack.pop()
            while waiting and waiting[-1][1][0] == i:
                stack.append(waiting.pop()[0])
            found.append(tuple(stack))
        return found

    # --- names

    def resolved(self) -> dict:
        """{place of a word that is a name: number of the function that declares it; 0: for all
        scripts; None: the browser has it}"""
        words = [i for i, token in enumerate(self.tokens) if token.kind == "word"
                 and token.text not in _RESERVED and self.role(i) != "property"]
        declared = {(self._scopes[i][-1], self._text(i)) for i in words if self._declares(i)}
        return {i: next((scope for scope in reversed(self._scopes[i])
                         if (scope, self._text(i)) in declared), None) for i in words}

    def needs(self, scope_of) -> dict:
        """{number of a function: (its names as they come, {(function, name)} of others around it
        that it uses)}, the outer ones first."""
        found = {}
        for number in range(1, len(self._functions)):
            first, last = self._functions[number]
            names, outer = {}, set()
            for i in range(first, last + 1):
                scope = scope_of.get(i)
                if scope == number:
                    names[self._text(i)] = None
                elif scope is not None and 0 < scope < number and scope in self._scopes[first]:
                    outer.add((scope, self._text(i)))
            found[number] = list(names), outer
        return found

    def role(self, i) -> str:
        """Of a word: "property", "name", or "alone": both, as in {serial}."""
        before, after = self._text(i - 1), self._text(i + 1)
        if before in (".", "?."):
            return "property"
        at = self._parent[i]
        if at < 0 or self._text(at) != "{" or at in self._blocks or before not in ("{", ","):
            return "name"
        return {":": "property", "(": "property", ",": "alone", "}": "alone", "=": "alone"}.get(
            after, "name")

    def _text(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ";"

    def _declares(self, i):
        before, after = self._text(i - 1), self._text(i + 1)
        if before in ("function", "const", "let", "class") or after == "=>":
            return True
        if before == "," and after in ("=", ",", ";", "of") and self._continues(i):
            return True
        return (before in ("(", ",", "[", "{", "...", ":") and after in (",", ")", "]", "}", "=")
                and self._in_pattern(i))

    # Is it a parameter, or a part of a pattern after const?
    def _in_pattern(self, i):
        at = self._parent[i]
        while at >= 0 and at not in self._blocks and self.tokens[at].kind == "sign":
            before = self._text(at - 1)
            if before in ("const", "let") or before == "," and self._continues(at) \
                    and self._text(self._end[at] + 1) == "=":
                return True
            if self._text(at) == "(":
                return (self._text(self._end[at] + 1) == "=>" or "function" in (
                    before, self._text(at - 2)) or before in ("catch", "constructor"))
            at = self._parent[at]
        return False

    # Is it a further name of one const or let: const a = 1, b = 2?
    def _continues(self, i):
        for k in range(i - 1, self._parent[i], -1):
            if self._parent[k] == self._parent[i] and self._text(k) in (";", "const", "let"):
                return self._text(k) != ";"
        return False
