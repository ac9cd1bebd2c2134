# SPDX-License-Identifier: MIT
"""The scripts of the page as one, without comments and indentation, with short names.

What all scripts share has a short name of its own; what a function declares has one letter that
others use too, the same one for the same name within it, so that no scope can mix them up.
Properties, and what the browser has, keep their names. A text between backquotes is HTML to the
page: its indentation goes.
"""

import re

from host_tools.build.firmware import BuildError
from host_tools.build.names import Token, renamed

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
_SHORTER = {"const": "let", "true": "!0", "false": "!1"}  # one word for both is smaller
_NAMED = re.compile("[A-Z][A-Z_]+")
# A browser knows where these end; a paragraph only before some.
_ENDS = re.compile("</(?:li|td|th|tr|option|dt|dd|thead|tbody|tfoot)>|</p>(?=</?(?:p|div|ul|ol|"
                   "form|table|section|article|dl|fieldset|h[1-6])\\b)")


def program(sources: list) -> str:
    """One script of all sources, which share one scope. Raises BuildError."""
    tokens = []
    for source in sources:
        tokens += _tokens(source.replace('"use strict";\n', ""))
        tokens.append(Token("space", "\n"))
    tokens = _with_numbers(tokens)
    tokens = [Token(kind, _SHORTER.get(text, text)) if kind == "word" else Token(kind, text)
              for kind, text in renamed(tokens)]
    return _written(_joined(tokens))


# A number that has a name stands where the name was.
def _with_numbers(tokens):
    found = [token for token in tokens if token.kind != "space"]
    numbers = {}
    for i in range(len(found) - 4):
        first, name, sign, number, end = found[i:i + 5]
        if (first.text, sign.text, end.text) == ("const", "=", ";") and number.kind == "number" \
                and _NAMED.fullmatch(name.text):
            if name.text in numbers:
                raise BuildError("two numbers of the scripts are called %s" % name.text)
            numbers[name.text] = number.text
    out, i = [], 0
    while i < len(tokens):
        if tokens[i].text == "const" and tokens[i + 2].text in numbers:
            while tokens[i].text != ";":
                i += 1
        else:
            out.append(Token("number", numbers[tokens[i].text]) if tokens[i].text in numbers
                       else tokens[i])
        i += 1
    return out


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
    return "" if before[-1] in ">}`" and (after[0] in "<`" or after == "${") else " "


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
    return "".join(out).strip()


# No line's end is kept: each statement has its semicolon, or ends with a brace.
def _space(out, tokens, i):
    if not out:
        return
    after = tokens[i + 1].text[:1] if i + 1 < len(tokens) else ""
    before = out[-1][-1:]
    if (before.isalnum() or before in "_$") and (after.isalnum() or after in "_$"):
        out.append(" ")
    elif before in "+-" and after in "+-":
        out.append(" ")
