"""A real Chromium without a window and without a network, spoken to over a pipe in its own protocol (CDP)."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any

#: Names a browser to use instead of the first that is found.
BROWSER_VARIABLE = "CRM_TEST_CHROMIUM"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
    # Whatever asks for a name gets none.
    "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe",
)  # fmt: skip
#: Puts two pipes where the browser wants them, and becomes the browser.
_TAKE_PIPES = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)
#: Seconds for an answer; a machine that does much else is slow.
_PATIENCE = 90


def found() -> str | None:
    """Return where the browser is, or None."""
    named = os.environ.get(BROWSER_VARIABLE)
    return named or next(filter(None, map(shutil.which, _NAMES)), None)


class Page:
    """One page of a browser.

    Attributes:
        requests: The addresses that were asked for.
        errors: What went wrong, as the console says it.
    """

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.requests: list[str] = []
        self.errors: list[str] = []
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send an order and return its answer."""
        return self._browser.ask(method, params, self._session, self._note)

    def open(self, path: Path) -> None:
        """Open a file and wait until it is loaded."""
        self.ask("Page.navigate", url=path.as_uri())
        self._browser.wait_for("Page.loadEventFired", self._note)
        # What a page asks for later than its load would come now.
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def size(self, width: int, height: int = 900) -> None:
        """Show it as wide as a telephone or a desk."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def scheme(self, name: str) -> None:
        """Show it light or dark."""
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": name}])

    def pdf(self) -> bytes:
        """Print it."""
        return base64.b64decode(self.ask("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])

    def picture(self) -> bytes:
        """Return the whole page as PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def _note(self, event: dict[str, Any]) -> None:
        params = event.get("params", {})
        match event.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
            case "Runtime.consoleAPICalled" if params["type"] in {"error", "warning", "assert"}:
                self.errors.append(str(params["args"]))
            case "Runtime.exceptionThrown":
                self.errors.append(str(params["exceptionDetails"]))
            case "Log.entryAdded":
                self.errors.append(str(params["entry"]))


class Browser:
    """A browser that runs."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, read
        self._numbers = count(1)
        self._rest = b""

    @contextmanager
    def page(self) -> Iterator[Page]:
        """Open a page, and close it at the end."""
        target = self.ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        yield Page(self, session)
        self.ask("Target.closeTarget", {"targetId": target})

    def ask(self, method: str, params: dict[str, Any], session: str | None = None, note: Any = None) -> dict[str, Any]:
        """Send an order and return its answer; what happens meanwhile is handed to *note*."""
        number = next(self._numbers)
        order = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self._write, json.dumps(order).encode() + b"\0")
        for message in self._messages():
            if message.get("id") == number:
                assert "error" not in message, message
                answer: dict[str, Any] = message["result"]
                return answer
            if note is not None:
                note(message)
        raise AssertionError("the browser has gone")

    def wait_for(self, event: str, note: Any) -> None:
        """Read on until something has happened."""
        for message in self._messages():
            note(message)
            if message.get("method") == event:
                return

    def _messages(self) -> Iterator[dict[str, Any]]:
        end = monotonic() + _PATIENCE
        while True:
            while b"\0" in self._rest:
                line, _, self._rest = self._rest.partition(b"\0")
                yield json.loads(line)
            ready, _, _ = select.select([self._read], [], [], max(end - monotonic(), 0))
            assert ready, "the browser does not answer"
            self._rest += os.read(self._read, 1 << 20)


@contextmanager
def browser(path: str) -> Iterator[Browser]:
    """Run a browser with a fresh profile, and end it with the block."""
    orders, write = os.pipe()
    read, answers = os.pipe()
    # The browser listens on 3 and answers on 4; from there on nothing of ours may be in the way.
    theirs = tuple(fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (orders, answers))
    for end in (orders, answers):
        os.close(end)
    with tempfile.TemporaryDirectory(prefix="crm-chromium-", ignore_cleanup_errors=True) as profile:
        command = [
            sys.executable,
            "-c",
            _TAKE_PIPES,
            *map(str, theirs),
            path,
            *_FLAGS,
            f"--user-data-dir={profile}",
            "about:blank",
        ]
        with subprocess.Popen(
            command, pass_fds=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            for end in theirs:
                os.close(end)
            running = Browser(write, read)
            try:
                yield running
                running.ask("Browser.close", {})
            finally:
                for end in (write, read):
                    os.close(end)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
