"""What the service does for each request; app.py says under which path."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Header
from fastapi.responses import JSONResponse, Response

from detector.finding import Status, gravest
from detector.messages import say
from detector.service import cds_hooks
from detector.service.audit import Audit
from detector.service.checker import FieldChecker
from detector.service.fhir import names_of, operation_outcome, resources_in
from detector.service.models import (
    CheckAnswer,
    CheckRequest,
    CommentAnswer,
    CommentsAnswer,
    CommentsRequest,
    Decision,
    FieldAnswer,
    Purpose,
)
from detector.service.refusal import FHIR_JSON, Refusal
from detector.settings import Settings

Answers = list[tuple[str, FieldAnswer]]
"""Answers, each with the name or path of its field; one may come twice."""


class Endpoints:
    """The endpoints that check texts, and what they share."""

    def __init__(self, checker: FieldChecker, audit: Audit, settings: Settings) -> None:
        self._checker, self._audit, self._settings = checker, audit, settings
        self._lang, self._limits = settings.lang, settings.service

    async def check(
        self, form: CheckRequest, accept: Annotated[str, Header(include_in_schema=False)] = ""
    ) -> CheckAnswer | Response:
        """Check a form; with `Accept: application/fhir+json`, answer as an OperationOutcome."""
        _within(len(form.fields), "fields", self._limits.fields)
        lang = form.lang or self._lang
        answers = {}
        for place, (name, text) in enumerate(form.fields.items()):
            with _placed("fields", place):
                answers[name] = await self._checker.field(text, form.names, lang)
        if form.purpose is Purpose.SAVE:
            self._keep(answers.items())
        if FHIR_JSON in accept:
            return _fhir_answer(answers.items(), lang)
        status = gravest(answer.status for answer in answers.values())
        message = say(f"service.message.{status}", lang)
        return CheckAnswer(status=status, message=message, record=form.record, fields=answers)

    async def comments(self, batch: CommentsRequest) -> CommentsAnswer:
        """Check many comments; the answers stand in the same order."""
        _within(len(batch.comments), "comments", self._limits.comments)
        answers = []
        for place, comment in enumerate(batch.comments):
            lang = batch.lang or self._lang
            with _placed("comments", place):
                answer = await self._checker.field(comment.text, comment.names, lang)
            if batch.purpose is Purpose.SAVE:
                self._keep([(comment.field, answer)])
            answers.append(CommentAnswer(id=comment.id, **dict(answer)))
        counts = {status: sum(one.status is status for one in answers) for status in Status}
        return CommentsAnswer(counts=counts, comments=answers)

    async def decisions(self, decision: Decision) -> None:
        """Keep in the audit log what a person decided about a field."""
        self._audit.write(
            "decision",
            outcome=decision.outcome.value,
            field=decision.field,
            categories=[category.value for category in decision.categories],
            reason=decision.reason.value if decision.reason else None,
            fingerprint=decision.fingerprint,
        )

    async def hook(self, request: cds_hooks.HookRequest) -> cds_hooks.Cards:
        """Return one card for each comment of the call that needs a look."""
        texts, names = cds_hooks.texts_of(request)
        _within(len(texts), "fields", self._limits.fields)
        cards = []
        for found in texts:
            answer = await self._checker.field(found.text, names, self._lang)
            if answer.status is not Status.CLEAR:
                name = str(uuid.uuid4())
                self._keep_one("card", found.expression, answer, name)
                cards.append(cds_hooks.card(name, found.expression, answer, self._lang))
        return cds_hooks.Cards(cards=cards)

    async def feedback(self, request: cds_hooks.FeedbackRequest) -> dict[str, Any]:
        """Keep in the audit log what became of cards."""
        for one in request.feedback:
            self._audit.write("feedback", outcome=one.outcome, reason=one.reason, card=one.card)
        return {}

    async def check_resource(self, resource: dict[str, Any]) -> Response:
        """Check the free texts of a FHIR resource, a Bundle or Parameters."""
        read = [(texts, names_of(one)[:20]) for one, texts in resources_in(resource)]
        _within(sum(len(texts) for texts, _ in read), "fields", self._limits.comments)
        answers: Answers = [
            (found.expression, await self._checker.field(found.text, names, self._lang))
            for texts, names in read
            for found in texts
        ]
        self._keep(answers)
        return _fhir_answer(answers, self._lang)

    def _keep(self, answers: Iterable[tuple[str, FieldAnswer]]) -> None:
        """Write into the audit log what was found in something that is being saved."""
        for name, answer in answers:
            if answer.status is not Status.CLEAR:
                self._keep_one("check", name, answer)

    def _keep_one(
        self, event: str, field: str, answer: FieldAnswer, card: str | None = None
    ) -> None:
        self._audit.write(
            event,
            outcome=answer.status.value,
            field=field,
            categories=[category.value for category in answer.categories],
            fingerprint=answer.fingerprint,
            card=card,
        )


def _within(count: int, code: str, most: int) -> None:
    if count > most:
        raise Refusal(413, code, {"most": most})


@contextmanager
def _placed(part: str, place: int) -> Iterator[None]:
    """Let a refusal within say which text it is about: by its place, for a name may be a text."""
    try:
        yield
    except Refusal as refusal:
        where = f"body.{part}.{place}: {refusal.code}"
        raise replace(refusal, where=(where,)) from None


def _fhir_answer(answers: Iterable[tuple[str, FieldAnswer]], lang: str) -> Response:
    return JSONResponse(operation_outcome(answers, lang), media_type=FHIR_JSON)
