"""How many tokens a document has, told a hundred times as fast as a parser finds them."""

import re
from typing import Final

# Whatever begins a token, or what stands between tokens, takes all that it can and never gives it back, a
# string that nobody closes included: no part of a text is looked at twice.
LEXEMES: Final = re.compile(
    r"""
    (?: [\s,\ufeff]++ | \# [^\n\r]*+ )++
    | (?P<token>
        \"\"\" (?: [^"\\] | \\\"\"\" | \\ | \"(?!\"\") )*+ (?: \"\"\" )?+
        | \" (?: [^"\\\n\r] | \\. )*+ \"?+
        | [A-Za-z_] [A-Za-z_0-9]*+
        | -? [0-9]++ (?: \. [0-9]++ )?+ (?: [eE] [+-]? [0-9]++ )?+
        | \.\.\.
        | [!$&()\[\]:=@{|}]
    )
    | (?P<other> [^\s,\ufeff] )
    """,
    re.VERBOSE,
)


def more_than(most: int, text: str) -> bool:
    """Whether the document has more tokens than that.

    Exact for what can be parsed; where something stands that can not, what follows is not counted.
    """
    count = 0
    for lexeme in LEXEMES.finditer(text):
        if lexeme.lastgroup == "token":
            count += 1
            if count > most:
                return True
        elif lexeme.lastgroup == "other":
            return False
    return False
