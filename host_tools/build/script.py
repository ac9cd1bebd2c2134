# SPDX-License-Identifier: MIT
"""The scripts of the page as one, without comments and indentation, with short names.

What all scripts share has a short name of its own; what a function declares has one letter that
others use too, the same one for the same name within it, so that no scope can mix them up.
Properties, and what the browser has, keep their names. A text between backquotes is HTML to the
page: its indentation goes.
"""

import collections
import itertools
import re

from host_tools.build.firmware import BuildError

# A slash after one of these begins a regular expression; after anything else it divides.
_BEFORE_PATTERN = "(,=:[!&|?{};+-*%~^<>"
_TOKEN = re.compile(r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
  | (?P<pattern>/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*)
  | (?P<space>\s+)
  | (?P<template>`)
  | (?P<number>\d[\w.]*)
  | (?P<word>[A-Za-z_$][\w$]*)
  | (?P<sign>=>|\.\.\.|\?\.|&&|\|\||.)
""", re.VERBOSE | re.DOTALL)
_HTML = re.compile(r"\\.|\s*\n\s*|.", re.DOTALL)
_QUOTED = re.compile(r'(?<=[a-z])="([\w#-]+)"(?=[ >])')  # needs no quotes
_ENDS = re.compile("</(?:li|td|th|tr|option|dt|dd|thead|tbody|tfoot)>")  # a browser knows
_LOCAL_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHARED_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RESERVED = frozenset("""
break case catch class const continue default delete do else finally for function if in instanceof
let new null of return static super switch this throw true false try typeof undefined var void
while yield async await get set constructor""".split())
# Names of the browser that the page uses, so that they are never taken for its own.
_BROWSER = frozenset("""
AbortController Array Blob DataView Date Infinity Int32Array Intl JSON Math NaN Node Number Object
Promise Set Map String TextEncoder URL Uint8Array ArrayBuffer Event addEventListener clearTimeout
document fetch history innerWidth localStorage location navigator parseInt print scrollTo
setInterval setTimeout""".split())

Token = collections.namedtuple("Token", ("kind", "text"))


def program(sources: list) -> str:
    """One script of all sources, which share a scope of their own. Raises BuildError."""
    tokens = []
    for source in sources:
        tokens += _tokens(source.replace('"use strict";\n', ""))
        tokens.append(Token("space", "\n"))
    tokens = [Token(kind, "let" if text == "const" else text)  # one word for both is smaller
              for kind, text in _renamed(tokens)]
    return '(()=>{"use strict";\n%s\n})()' % _written(_joined(tokens))


# One let for those that follow each other: let a=1;let b=2 is let a=1,b=2.
def _joined(tokens):
    found, levels, before = [], [""], ";"  # of each bracket: "", "let" or "ended", one let behind
    for token in tokens:
        if token.kind == "space":
            found.append(token)
            continue
        text, html = token.text, token.kind == "html"
        if text in ("}", ")", "]") or html and text[0] == "}":
            levels.pop()
        if text == "let" and levels[-1] == "ended":
            while found[-1].text != ";":
                found.pop()
            found[-1] = Token("sign", ",")
            text = ","
            levels[-1] = "let"
        else:
            if text == "let" and before in (";", "{", "}"):
                levels[-1] = "let"
            elif text == ";" and levels[-1] == "let":
                levels[-1] = "ended"
            elif levels[-1] == "ended":
                levels[-1] = ""
            found.append(token)
        if text in ("{", "(", "[") or html and text[-2:] == "${":
            levels.append("")
        before = text
    return found


def _tokens(source):
    found, at = _code(source, 0, False)
    if at != len(source):
        raise BuildError("line %d of a script: a } too many" % (source[:at].count("\n") + 1))
    return found


# (tokens from `at` on, where they end); inside ${ } they end before its brace.
def _code(source, at, inside):
    found, last, depth = [], ";", 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        kind, text = match.lastgroup, match[0]
        if kind == "pattern" and last[-1] not in _BEFORE_PATTERN and last != "return":
            kind, text = "sign", "/"
        at += len(text)
        if kind == "comment":
            continue
        if kind == "template":
            parts, at = _template(source, at)
            found += parts
            last = "`"
            continue
        if text in ("{", "}"):
            depth += 1 if text == "{" else -1
            if depth < 0:
                return found, at - 1
        found.append(Token(kind, text))
        if kind != "space":
            last = text
    if inside:
        raise BuildError("a template of the script has no end")
    return found, at


# (tokens of a template from its first backquote on, where it ends)
def _template(source, at):
    found, text = [], "`"
    while at < len(source):
        if source[at] == "`":
            return found + [Token("html", text + "`")], at + 1
        if source.startswith("${", at):
            code, at = _code(source, at + 2, True)
            found += [Token("html", text + "${"), *code]
            text, at = "}", at + 1
            continue
        match = _HTML.match(source, at)
        text += _html(match[0], text, source[match.end():match.end() + 2])
        at = match.end()
    raise BuildError("a template of the script has no end")


# A line's end between two tags, or a tag and what is put there, is nothing.
def _html(piece, before, after):
    if "\n" not in piece or not piece.isspace():
        return piece
    return "" if before[-1] in ">}`" and (after[0] in "<`" or after == "${") else "\n"


# --- names


# The tokens with short names.
def _renamed(tokens):
    places = [i for i, token in enumerate(tokens) if token.kind != "space"]
    code = _Code([tokens[i] for i in places])
    shared = _shared(code)
    local = _local(code, shared)
    out = list(tokens)
    for at, i in enumerate(places):
        name = tokens[i].text
        if tokens[i].kind != "word":
            continue
        role, new = code.role(at), local[code.part[at]].get(name, shared.get(name, name))
        if role == "alone" and new != name:  # {serial} becomes {serial:a}
            out[i] = Token("word", name + ":" + new)
        elif role != "property":
            out[i] = Token("word", new)
    return out


# {name: short name} of what all scripts share, the shortest for what is used most.
def _shared(code):
    names = code.names(code.declared(True) - _RESERVED - _BROWSER)
    free = code.free()
    unused = (name for name in _names(_SHARED_LETTERS) if name not in free)
    return dict(zip(sorted(names, key=lambda name: (-names[name], name)), unused))


# For each part of the program {name: short name} of what is declared in it alone, in the order in
# which it comes: functions that are alike stay so.
def _local(code, shared):
    taken = set(shared.values()) | code.free()
    found = [{} for _ in range(code.part[-1] + 1)]
    unused = [(name for name in _names(_LOCAL_LETTERS) if name not in taken) for _ in found]
    for i in code.places(False):
        part, name = code.part[i], code.tokens[i].text
        if name not in shared and name not in _RESERVED and name not in found[part]:
            found[part][name] = next(unused[part])
    return found


def _names(first):
    return itertools.chain(first, ("".join(pair) for pair in itertools.product(
        _SHARED_LETTERS + _LOCAL_LETTERS, repeat=2)))


class _Code:
    """Tokens without spaces, and for each the bracket that it is in."""

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

        self.part = self._parts()

    def _parts(self):
        found, part = [], 0
        for i, token in enumerate(self.tokens):
            found.append(part)
            if self._parent[i] < 0 and (token.text == ";" or token.text == "}"
                                        and self._begin[i] in self._blocks):
                part += 1
        return found

    def places(self, shared) -> list:
        """Where names are declared that all scripts share, or the others."""
        return [i for i, token in enumerate(self.tokens) if token.kind == "word"
                and (self._parent[i] < 0 and self._text(i + 1) != "=>") == shared
                and self._declares(i)]

    def declared(self, shared) -> set:
        """Names that are declared for all scripts, or inside functions."""
        return {self.tokens[i].text for i in self.places(shared)}

    def names(self, wanted):
        """{name: how often it is used}"""
        return collections.Counter(token.text for i, token in enumerate(self.tokens)
                                   if token.text in wanted and self.role(i) != "property")

    def free(self) -> set:
        """Names that no script declares: the browser's."""
        declared = self.declared(True) | self.declared(False)
        return _RESERVED | _BROWSER | {
            token.text for i, token in enumerate(self.tokens) if token.kind == "word"
            and token.text not in declared and self.role(i) != "property"}

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
            if before in ("const", "let"):
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


_BEFORE_BLOCK = (")", "=>", "else", "try", "finally", "catch", "{", "}", ";", "do")


# --- writing


def _written(tokens):
    out = []
    for i, token in enumerate(tokens):
        if token.kind == "space":
            _space(out, tokens, i)
        elif token.text == "}" and out[-1:] and out[-1] in (";", ","):
            out[-1] = "}"
        else:
            out.append(_ENDS.sub("", _QUOTED.sub(r"=\1", token.text)) if token.kind == "html"
                       else token.text)
    return re.sub(r"\n+", "\n", "".join(out)).strip()


# A line's end stays, for it may end a statement, unless a sign says that it does not.
def _space(out, tokens, i):
    if not out:
        return
    after = tokens[i + 1].text[:1] if i + 1 < len(tokens) else ""
    before = out[-1][-1:]
    if before in "({[,;=&|?:\n" and tokens[i - 1].kind == "sign":
        return
    if after and after in ")]},;&|?:=":
        return
    if "\n" in tokens[i].text:
        out.append("\n")
    elif (before.isalnum() or before in "_$") and (after.isalnum() or after in "_$"):
        out.append(" ")
    elif before in "+-" and after in "+-":
        out.append(" ")
