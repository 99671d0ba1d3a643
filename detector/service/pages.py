"""The demonstration page and the module of the web field, read once and served from memory."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import Response

from detector.messages import LANGUAGES, say

STATIC = Path(__file__).parent / "static"
_KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_PLACEHOLDER = re.compile(r"\{\{([a-z_]+)\}\}")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {"cache-control": "no-cache"}
MODULE = "art9-field.js"


def page(lang: str) -> str:
    """Return the demonstration page, its words taken from the messages of `lang`."""
    template = (STATIC / "page.html").read_text(encoding="utf-8")
    return _PLACEHOLDER.sub(lambda found: escape(say(f"page.{found[1]}", lang)), template)


def add_pages(app: FastAPI, lang: str, *, demo: bool) -> None:
    """Serve the module of the web field and, with `demo`, the page at `/` that shows it."""
    names = [MODULE, "page.css", "page.js", "icon.svg"] if demo else [MODULE]
    for name in names:
        _add_file(app, name)
    if demo:
        _add_page(app, lang)


def _add_file(app: FastAPI, name: str) -> None:
    path = STATIC / name
    content, kind = path.read_bytes(), f"{_KINDS[path.suffix]}; charset=utf-8"

    async def serve() -> Response:
        return Response(content, media_type=kind, headers=_HEADERS)

    app.add_api_route(f"/static/{name}", serve, include_in_schema=False)


def _add_page(app: FastAPI, default: str) -> None:
    pages = {lang: page(lang) for lang in LANGUAGES}
    headers = {**_HEADERS, "content-security-policy": _POLICY}

    async def serve(lang: str = default) -> Response:
        chosen = pages.get(lang, pages[default])
        return Response(chosen, media_type="text/html; charset=utf-8", headers=headers)

    app.add_api_route("/", serve, include_in_schema=False)
