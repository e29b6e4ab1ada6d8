"""A file of the package index that pip is set up for, fetched without letting pip run anything of it."""

from __future__ import annotations

import os
import ssl
import subprocess
import sys
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from windows.files import sha256

_DEFAULT = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
_PATIENCE = 120
"""Seconds a connection may be silent."""


class _Links(HTMLParser):
    """The addresses of a simple index page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember where a link leads."""
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def fetch(project: str, name: str, digest: str, folder: Path) -> Path:
    """A file of a project, from the folder where it lies already or from the index.

    digest   the SHA-256 it must have
    Raises FileNotFoundError where the index has no such file, ValueError for another content.
    """
    target = folder / name
    if target.is_file() and sha256(target) == digest:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    page = _page(project)
    links = _Links()
    links.feed(_read(page).decode("utf-8"))
    wanted = next((link for link in links.found if urldefrag(link)[0].rpartition("/")[2] == name), None)
    if wanted is None:
        raise FileNotFoundError(f"the index has no {name}")
    draft = target.with_suffix(".new")
    draft.write_bytes(_read(urljoin(page, urldefrag(wanted)[0])))
    if sha256(draft) != digest:
        raise ValueError(f"{name} is not the file that was audited: {sha256(draft)}")
    draft.replace(target)
    return target


def _page(project: str) -> str:
    """The address of a project's files."""
    return f"{_simple().rstrip('/')}/{project}/"


def _simple() -> str:
    """The address of the index, from pip's own settings."""
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    if os.environ.get("PIP_INDEX_URL") or told:
        return os.environ.get("PIP_INDEX_URL") or told
    done = subprocess.run([sys.executable, "-c", _DEFAULT], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _read(address: str) -> bytes:
    context = ssl.create_default_context(cafile=os.environ.get("PIP_CERT") or None)
    request = urllib.request.Request(address, headers={"Accept": "text/html"})
    with urllib.request.urlopen(request, timeout=_PATIENCE, context=context) as answer:
        return bytes(answer.read())
