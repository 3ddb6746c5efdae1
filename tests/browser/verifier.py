"""Both verifiers on the same files: verify_draw.py here, static/js/verify in a page with its headers."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from flask import Flask, Response
from flask.typing import ResponseReturnValue
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from civic import assets
from civic.sortition.publication import verify_draw
from civic.web import HEADERS

BLANK = "<!doctype html><html lang=nl><meta charset=utf-8><link rel=icon href=data:,><title>Proef</title>"
Files = Mapping[str, bytes]

RUN = """async ({address, beacons, ed25519, witnesses}) => {
  const { check } = await import("/static/js/verify/verify.js");
  const { sentence } = await import("/static/js/verify/report.js");
  const { beaconHolds } = await import("/static/js/verify/bls.js");
  const { PRACTICE } = await import("/static/js/verify/chains.js");
  const known = witnesses && new Map(Object.entries(witnesses));
  const data = await (await fetch(address)).json();
  const blobs = data.blobs.map((text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0)));
  const libraries = {};
  if (beacons) {
    libraries.beaconHolds = async (chain, record) => {
      if (chain === PRACTICE) return beaconHolds(chain, record);
      const found = JSON.stringify([chain, record.round, record.previousSignature, record.signature]);
      return beacons.some((one) => JSON.stringify(one) === found);
    };
  }
  if (!ed25519) libraries.ed25519 = { available: async () => false };
  const said = (findings) => findings.map((one) => [one.code, sentence(one)]);
  const found = [];
  for (const { files, receipt } of data.bundles) {
    const folder = new Map(Object.entries(files).map(([name, place]) => [name, blobs[place]]));
    const bytes = receipt === null ? null : blobs[receipt];
    const report = await check(folder, { receipt: bytes, libraries, witnesses: known });
    found.push({
      failures: said(report.failures), unchecked: said(report.unchecked), limits: said(report.limits),
      facts: said(report.holds), verdict: report.verdict, practice: report.practice,
      index: report.holds.filter((one) => one.code === "result").map((one) => one.values.panel),
    });
  }
  return found;
}"""


@dataclass
class Bench:
    """A page with the modules of the verifier, and a server that gives it files."""

    page: Page
    url: str
    texts: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def check(
        self,
        bundles: Sequence[tuple[Files, bytes | None]],
        *,
        beacons: Sequence[Sequence[Any]] | None = None,
        ed25519: bool = True,
        witnesses: Mapping[str, str] | None = None,
    ) -> list[dict[str, Any]]:
        """What the browser's verifier says of each (folder, receipt). `beacons`: the only signatures that
        hold, as [chain, round, previous, signature]; None: the real curve. `witnesses`: keys that somebody
        brought."""
        address = f"/data/{len(self.texts)}"
        self.texts[address] = packed(bundles)
        options = {"address": address, "beacons": beacons, "ed25519": ed25519, "witnesses": witnesses}
        found: list[dict[str, Any]] = self.page.evaluate(RUN, options)
        del self.texts[address]
        return found


def packed(bundles: Iterable[tuple[Files, bytes | None]]) -> str:
    """All bundles as one text, equal files once: a thousand copies of the script weigh 60 MB."""
    places: dict[bytes, int] = {}
    listed = [
        {
            "files": {name: places.setdefault(data, len(places)) for name, data in files.items()},
            "receipt": None if receipt is None else places.setdefault(receipt, len(places)),
        }
        for files, receipt in bundles
    ]
    return json.dumps({"blobs": [base64.b64encode(one).decode() for one in places], "bundles": listed})


def expected(report: verify_draw.Report) -> dict[str, Any]:
    """What the script said, as the page gives it."""
    parts = {name: said(getattr(report, name)) for name in ("failures", "unchecked", "limits", "facts")}
    index = [one.values["panel"] for one in report.facts if one.code == "result"]
    return {**parts, "verdict": report.exit_code(), "practice": report.practice, "index": index}


def said(findings: Iterable[verify_draw.Finding]) -> list[list[str]]:
    return [[one.code, one.sentence()] for one in findings]


@contextmanager
def opened(browser: Browser) -> Iterator[Bench]:
    """A bench in a window of its own; fails on anything in the console, such as a violation of the CSP."""
    texts: dict[str, str] = {}
    with serving(texts) as url:
        page = browser.new_page()
        bench = Bench(page, url, texts)
        page.on("console", lambda message: bench.problems.append(message.text))
        page.on("pageerror", lambda error: bench.problems.append(str(error)))
        page.goto(url)
        yield bench
        page.close()
    assert bench.problems == []


@contextmanager
def serving(texts: dict[str, str]) -> Iterator[str]:
    """The static files and `texts`, with the headers of the site, behind a real port."""
    app = Flask("verifier", static_folder=str(assets.STATIC))

    @app.get("/")
    def blank() -> str:
        return BLANK

    @app.get("/data/<int:_number>")
    def data(_number: int) -> ResponseReturnValue:
        return texts[f"/data/{_number}"], {"Content-Type": "application/json"}

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
