"""The entry: a project or nothing opens the window, a subcommand runs without one."""

from __future__ import annotations

import sys

from chiiki_gis import paths


def main(arguments: list[str] | None = None) -> int:
    """Run the program and return its exit code."""
    paths.clean_environment()
    words = sys.argv[1:] if arguments is None else arguments
    if not words or (len(words) == 1 and words[0].lower().endswith(".gpkg")):
        from chiiki_gis.app import run

        return run(words[0] if words else None)
    from chiiki_gis.cli import run_command

    return run_command(words)


if __name__ == "__main__":
    sys.exit(main())
