"""SQLAlchemy: the last net, before a session flushes to the database.

    watch(Session, Patient.commentaire)

It sees what goes through a session's objects; statements (`insert()`, `update()`) and bulk methods
pass it by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import InstrumentedAttribute, Session

from detector.finding import Status
from detector.integrations.common import CommentRefusedError, check, names_of, refusal
from detector.messages import DEFAULT_LANGUAGE
from detector.policy import Policy
from detector.taxonomy import Category

__all__ = ["CommentRefusedError", "watch"]

OnWarn = Callable[[str, frozenset[Category]], None]
"""Told of the field, as `Patient.commentaire`, and the categories; never of the text."""


def watch(
    target: Any,
    *attributes: InstrumentedAttribute[Any],
    policy: Policy | str | None = None,
    lang: str = DEFAULT_LANGUAGE,
    on_warn: OnWarn | None = None,
) -> Callable[[], None]:
    """Refuse flushes of `target`, a session, its class or maker, that hold what blocks.

    The flush raises CommentRefusedError, and the session can be rolled back or mended. Returns a
    function that ends the watch.
    """

    def refuse(session: Session, _context: object, _instances: object) -> None:
        for instance, attribute, text in _changed(session, attributes):
            verdict = check(text, names_of(_texts(instance)), policy)
            field = f"{type(instance).__name__}.{attribute.key}"
            if verdict.flagged:
                raise refusal(field, verdict, lang)
            if verdict.status is Status.WARN and on_warn:
                on_warn(field, verdict.categories)

    event.listen(target, "before_flush", refuse)
    return lambda: event.remove(target, "before_flush", refuse)


def _changed(
    session: Session, attributes: tuple[InstrumentedAttribute[Any], ...]
) -> Iterator[tuple[Any, InstrumentedAttribute[Any], str]]:
    """Yield each watched text that is about to be written, with its object and attribute."""
    for instance in (*session.new, *session.dirty):
        for attribute in attributes:
            if isinstance(instance, attribute.parent.class_):
                history = inspect(instance).attrs[attribute.key].history
                yield from ((instance, attribute, t) for t in history.added if isinstance(t, str))


def _texts(instance: Any) -> dict[str, object]:
    """Return the loaded attributes of an object; none is fetched for this."""
    return dict(inspect(instance).dict)
