#!/usr/bin/env python3
"""Django's command line: `python backend/manage.py help`."""

import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command named in the arguments, from whichever folder."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (path set above)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
