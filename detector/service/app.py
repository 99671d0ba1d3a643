"""The check service as an ASGI application."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from detector.detector import Detector
from detector.finding import Status
from detector.fingerprint import local_key
from detector.messages import say
from detector.reports.rulebook import rule_values
from detector.service import cds_hooks
from detector.service.audit import Audit
from detector.service.checker import Checker, gravest
from detector.service.entrance import Entrance, read_call
from detector.service.fhir import free_texts, names_of, operation_outcome, resources_in
from detector.service.models import (
    CheckAnswer,
    CheckRequest,
    CommentAnswer,
    CommentIn,
    CommentsAnswer,
    CommentsRequest,
    Decision,
    ErrorAnswer,
    FieldAnswer,
    Health,
    OperationOutcome,
    Purpose,
    RuleAnswer,
)
from detector.service.pages import add_pages
from detector.service.refusal import FHIR_JSON, Refusal
from detector.settings import Settings
from detector.taxonomy import Category

_REFUSED: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorAnswer} for code in (401, 403, 408, 413, 421, 422, 429, 500)
}
_AS_FHIR = {FHIR_JSON: {"schema": OperationOutcome.model_json_schema()}}
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
    checker = Checker(detector or Detector(settings.load_policy()), limits, local_key())
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
    _add_checks(app, checker, audit, settings)
    _add_hooks(app, checker, audit, settings)
    _add_fhir(app, checker, settings)
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


def _add_checks(app: FastAPI, checker: Checker, audit: Audit, settings: Settings) -> None:
    limits = settings.service

    @app.post("/v1/check", response_model=CheckAnswer, responses={200: {"content": _AS_FHIR}})
    async def check(
        form: CheckRequest, accept: Annotated[str, Header(include_in_schema=False)] = ""
    ) -> CheckAnswer | Response:
        """Check a form; with `Accept: application/fhir+json`, answer as an OperationOutcome."""
        _within(len(form.fields), "fields", limits.fields)
        lang = form.lang or settings.lang
        answers = {
            name: await checker.field(text, form.names, lang) for name, text in form.fields.items()
        }
        if form.purpose is Purpose.SAVE:
            _keep(audit, answers)
        if FHIR_JSON in accept:
            return _fhir_answer(answers, lang)
        status = gravest([answer.status for answer in answers.values()])
        return CheckAnswer(
            status=status,
            message=say(f"service.message.{status}", lang),
            record=form.record,
            fields=answers,
        )

    @app.post("/v1/comments")
    async def comments(batch: CommentsRequest) -> CommentsAnswer:
        """Check many comments; the answers stand in the same order."""
        _within(len(batch.comments), "comments", limits.comments)
        answers = []
        for comment in batch.comments:
            answer = await checker.field(comment.text, comment.names, batch.lang or settings.lang)
            if batch.purpose is Purpose.SAVE:
                _keep(audit, {comment.field: answer})
            answers.append(CommentAnswer(id=comment.id, **dict(answer)))
        counts = {status: sum(one.status is status for one in answers) for status in Status}
        return CommentsAnswer(counts=counts, comments=answers)

    @app.post("/v1/decisions", status_code=204)
    async def decisions(decision: Decision) -> None:
        """Keep in the audit log what a person decided about a field."""
        audit.write(
            "decision",
            outcome=decision.outcome.value,
            field=decision.field,
            categories=[category.value for category in decision.categories],
            reason=decision.reason.value if decision.reason else None,
            fingerprint=decision.fingerprint,
        )


def _within(count: int, code: str, most: int) -> None:
    if count > most:
        raise Refusal(413, code, {"most": most})


def _keep(audit: Audit, answers: Mapping[str, FieldAnswer]) -> None:
    """Write into the audit log what was found in a form that is being saved."""
    for name, answer in answers.items():
        if answer.status is not Status.CLEAR:
            _keep_one(audit, "check", name, answer)


def _keep_one(
    audit: Audit, event: str, field: str, answer: FieldAnswer, card: str | None = None
) -> None:
    audit.write(
        event,
        outcome=answer.status.value,
        field=field,
        categories=[category.value for category in answer.categories],
        fingerprint=answer.fingerprint,
        card=card,
    )


def _add_hooks(app: FastAPI, checker: Checker, audit: Audit, settings: Settings) -> None:
    base = f"/cds-services/{cds_hooks.SERVICE_ID}"

    @app.get("/cds-services")
    async def discovery() -> dict[str, Any]:
        """List the services (CDS Hooks 2.0)."""
        return cds_hooks.discovery(settings.lang)

    @app.post(base, response_model_exclude_none=True)
    async def hook(request: cds_hooks.HookRequest) -> cds_hooks.Cards:
        """Return one card for each comment of the call that needs a look."""
        texts, names = cds_hooks.texts_of(request)
        _within(len(texts), "fields", settings.service.fields)
        cards = []
        for found in texts:
            answer = await checker.field(found.text, names, settings.lang)
            if answer.status is not Status.CLEAR:
                name = str(uuid.uuid4())
                _keep_one(audit, "card", found.expression, answer, name)
                cards.append(cds_hooks.card(name, found.expression, answer, settings.lang))
        return cds_hooks.Cards(cards=cards)

    @app.post(f"{base}/feedback", status_code=200)
    async def feedback(request: cds_hooks.FeedbackRequest) -> dict[str, Any]:
        """Keep in the audit log what became of cards."""
        for one in request.feedback:
            audit.write("feedback", outcome=one.outcome, reason=one.reason, card=one.card)
        return {}


def _add_fhir(app: FastAPI, checker: Checker, settings: Settings) -> None:
    @app.post("/v1/fhir/$check", responses={200: {"content": _AS_FHIR}})
    async def check_resource(resource: dict[str, Any]) -> Response:
        """Check the free texts of a FHIR resource, a Bundle or Parameters."""
        answers: dict[str, FieldAnswer] = {}
        for one in resources_in(resource):
            texts = list(free_texts(one))
            _within(len(answers) + len(texts), "fields", settings.service.comments)
            names = names_of(one)[:20]
            for found in texts:
                answers[found.expression] = await checker.field(found.text, names, settings.lang)
        return _fhir_answer(answers, settings.lang)


def _fhir_answer(answers: Mapping[str, FieldAnswer], lang: str) -> Response:
    return JSONResponse(operation_outcome(answers, lang), media_type=FHIR_JSON)
