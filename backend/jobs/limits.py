"""How long the texts of a job may be, in characters (Unicode code points)."""

from typing import Final

NAME_LENGTH: Final = 200
MESSAGE_LENGTH: Final = 10_000
KEY_LENGTH: Final = 200
