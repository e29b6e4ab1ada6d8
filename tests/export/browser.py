"""Chromium without a window or a network, driven over its own pipe."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SECONDS = 300
NO_NETWORK = ("unshare", "--map-root-user", "--net")
_PIPES = 'exec 3<&{0} 4>&{1}; exec "$@"'


class Browser:
    """One page of Chromium. No name leads anywhere, and where the system allows it there is no network."""

    def __init__(self, folder: Path) -> None:
        asked, self._out = os.pipe()
        answers, told = os.pipe()
        chromium = (
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}",
            "--remote-debugging-pipe", "about:blank",
        )  # fmt: skip
        words = (
            *_cut(),
            "timeout",
            str(SECONDS),
            "bash",
            "-c",
            _PIPES.format(asked, told),
            "bash",
            *chromium,
        )
        self._process = subprocess.Popen(
            words,
            pass_fds=(asked, told),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "HOME": str(folder)},
        )
        os.close(asked)
        os.close(told)
        self._in = os.fdopen(answers, "rb")
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Performance"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **values: Any) -> dict[str, Any]:
        """One command of the DevTools protocol and its answer."""
        self._number += 1
        request = {"id": self._number, "method": method, "params": values}
        if self._session is not None:
            request["sessionId"] = self._session
        _write(self._out, json.dumps(request).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def open(self, page: Path) -> None:
        """Show a file and wait until it is loaded; forgets earlier events."""
        self.events.clear()
        self.ask("Page.navigate", url=page.as_uri())
        while not self.seen("Page.loadEventFired"):
            self.events.append(self._read())

    def seen(self, method: str) -> list[Mapping[str, Any]]:
        """The parameters of every event of a kind since the page was opened."""
        return [event["params"] for event in self.events if event.get("method") == method]

    def run(self, code: str) -> Any:
        """The value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=code, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def click(self, selector: str, number: int = 0) -> None:
        """A press of the mouse in the middle of an element."""
        found = f"document.querySelectorAll({json.dumps(selector)})[{number}]"
        box = self.run(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({found}.getBoundingClientRect())")
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def size(self, width: int, height: int) -> None:
        """The size of the screen in CSS pixels."""
        self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True
        )

    def printed(self) -> bytes:
        """The page as its print dialog would print it, as PDF."""
        return base64.b64decode(self.ask("Page.printToPDF", preferCSSPageSize=True)["data"])

    def close(self) -> None:
        """End the browser."""
        _write(self._out, json.dumps({"id": 0, "method": "Browser.close"}).encode() + b"\0")
        os.close(self._out)
        self._in.close()
        self._process.wait(SECONDS)

    def _read(self) -> dict[str, Any]:
        text = bytearray()
        while (character := self._in.read(1)) != b"\0":
            assert character, "Chromium has ended"
            text += character
        answer: dict[str, Any] = json.loads(text)
        return answer


def _write(pipe: int, text: bytes) -> None:
    while text:
        text = text[os.write(pipe, text) :]


def _cut() -> tuple[str, ...]:
    """What starts a program without a network, where this computer allows it."""
    try:
        tried = subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return ()
    return NO_NETWORK if tried.returncode == 0 else ()
