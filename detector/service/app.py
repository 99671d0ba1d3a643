"""The check service as an ASGI application."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from detector.detector import Detector
from detector.fingerprint import local_key
from detector.messages import say
from detector.scanning.reports.rulebook import rule_values
from detector.service import cds_hooks
from detector.service.audit import Audit
from detector.service.checker import FieldChecker
from detector.service.endpoints import Endpoints
from detector.service.entrance import Entrance, read_call
from detector.service.models import (
    CheckAnswer,
    CheckRequest,
    CommentIn,
    CommentsRequest,
    Decision,
    ErrorAnswer,
    Health,
    OperationOutcome,
    RuleAnswer,
)
from detector.service.pages import add_pages
from detector.service.refusal import FHIR_JSON, Refusal
from detector.settings import Settings
from detector.taxonomy import Category

_REFUSED: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorAnswer} for code in (401, 403, 408, 413, 421, 422, 429, 500)
}
_AS_FHIR: dict[int | str, dict[str, Any]] = {
    200: {"content": {FHIR_JSON: {"schema": OperationOutcome.model_json_schema()}}}
}
_ASKED: tuple[type[BaseModel], ...] = (
    CheckRequest,
    CommentsRequest,
    CommentIn,
    Decision,
    cds_hooks.HookRequest,
    cds_hooks.FeedbackRequest,
    cds_hooks.Feedback,
    cds_hooks.OverrideReason,
    cds_hooks.Coding,
)
_KNOWN_PLACES = {"body", "query", *(name for model in _ASKED for name in model.model_fields)}


def make_app(
    settings: Settings, detector: Detector | None = None, *, token: str | None = None
) -> Entrance:
    """Return the service behind its entrance."""
    limits = settings.service
    checker = FieldChecker(detector or Detector(settings.load_policy()), limits, local_key())
    audit = Audit(Path(limits.audit) if limits.audit else None)
    app = FastAPI(
        title="art9",
        summary=say("service.summary", "en"),
        version=version("art9"),
        docs_url=None,
        redoc_url=None,
        responses=_REFUSED,
    )
    _add_refusals(app, settings.lang)
    _add_information(app)
    ends = Endpoints(checker, audit, settings)
    _add_checks(app, ends)
    _add_hooks(app, ends, settings.lang)
    # Behind a token the page could not ask: a token has no place in a page.
    add_pages(app, settings.lang, demo=token is None)
    return Entrance(app, limits, token=token, lang=settings.lang)


def _add_refusals(app: FastAPI, lang: str) -> None:
    """Answer what goes wrong in our own words; the usual ones repeat what was sent."""

    def answer(request: Request, refusal: Refusal) -> Response:
        body, kind = refusal.encoded(lang, fhir=read_call(request.scope).fhir)
        return Response(body, refusal.status, dict(refusal.headers), kind)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return answer(request, Refusal(422, "invalid", where=tuple(_places(error))))

    @app.exception_handler(HTTPException)
    async def elsewhere(request: Request, error: HTTPException) -> Response:
        code = {404: "path", 405: "method"}.get(error.status_code, "invalid")
        return answer(request, Refusal(error.status_code, code))

    @app.exception_handler(Refusal)
    async def refused(request: Request, error: Refusal) -> Response:
        return answer(request, error)

    @app.exception_handler(Exception)
    async def failed(request: Request, _: Exception) -> Response:
        return answer(request, Refusal(500, "failed"))


def _places(error: RequestValidationError) -> Iterable[str]:
    """Yield where a request is wrong and how; names of our own only, for others may be text."""
    for fault in error.errors()[:5]:
        parts = [
            str(part) if isinstance(part, int) or part in _KNOWN_PLACES else "*"
            for part in fault["loc"]
        ]
        yield f"{'.'.join(parts)}: {fault['type']}"


def _add_information(app: FastAPI) -> None:
    health = Health(version=version("art9"))
    rules = [RuleAnswer.model_validate(values) for values in rule_values()]

    @app.get("/v1/health")
    async def get_health() -> Health:
        """Say that the service is there."""
        return health

    @app.get("/v1/rules")
    async def get_rules(category: Category | None = None) -> list[RuleAnswer]:
        """List the rules, of one category or all."""
        return [one for one in rules if category is None or category in one.categories]


def _add_checks(app: FastAPI, ends: Endpoints) -> None:
    app.post("/v1/check", response_model=CheckAnswer, responses=_AS_FHIR)(ends.check)
    app.post("/v1/comments")(ends.comments)
    app.post("/v1/decisions", status_code=204)(ends.decisions)
    app.post("/v1/fhir/$check", responses=_AS_FHIR)(ends.check_resource)


def _add_hooks(app: FastAPI, ends: Endpoints, lang: str) -> None:
    base = f"/cds-services/{cds_hooks.SERVICE_ID}"

    @app.get("/cds-services")
    async def discovery() -> dict[str, Any]:
        """List the services (CDS Hooks 2.0)."""
        return cds_hooks.discovery(lang)

    app.post(base, response_model_exclude_none=True)(ends.hook)
    app.post(f"{base}/feedback", status_code=200)(ends.feedback)
