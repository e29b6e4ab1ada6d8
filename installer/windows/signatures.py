"""Verifies the signatures of a folder's programs and catalogues; runs where signify is installed.

python signatures.py FOLDER     a line each, OK first; exit code 1 where one does not hold
"""

from __future__ import annotations

import sys
from pathlib import Path

from signify.authenticode import AuthenticodeFile
from signify.exceptions import SignifyError

SIGNED = (".exe", ".dll", ".pyd", ".cat")


def main(folder: Path) -> int:
    """Say of every file whether its signature leads to a root that Microsoft trusts."""
    bad = 0
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SIGNED:
            continue
        try:
            with path.open("rb") as stream:
                result, trouble = AuthenticodeFile.from_stream(stream).explain_verify()
            word = result.name
        except SignifyError as error:
            word, trouble = "UNREADABLE", error
        bad += word != "OK"
        sys.stdout.write(f"{word} {path.name} {trouble or ''}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
