"""Pydantic, and with it FastAPI: a string that is refused if it holds what must not be saved.

    class Patient(BaseModel):
        nom: str
        commentaire: CleanComment = ""

A field that stands before it and holds a surname, first name or town rules out homonyms. Pydantic
repeats the input in its errors; that of this field is masked, but an error elsewhere may show the
whole model: `safe_errors` leaves inputs out, `without_inputs` does so for FastAPI.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import GetCoreSchemaHandler, ValidationError, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from detector.finding import Status, Verdict
from detector.hooks.form import in_one_sentence
from detector.integrations.common import check, names_of
from detector.messages import DEFAULT_LANGUAGE, say
from detector.policy import Policy
from detector.taxonomy import ids_of

if TYPE_CHECKING:
    from fastapi import Request
    from fastapi.responses import JSONResponse

BLOCKED, WARNED = "art9_block", "art9_warn"
"""The types of the validation errors."""


@dataclass(frozen=True)
class CommentCheck:
    """Metadata of an annotated string: under which policy it is checked, and what is refused.

    Constraints such as a maximum length belong before it: `Annotated[str, Field(max_length=500),
    CommentCheck()]`; their errors are then masked too.
    """

    policy: Policy | str | None = None
    lang: str = DEFAULT_LANGUAGE
    warnings: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return a schema that checks first and raises second, when the text is out of sight."""
        inner = handler(source)
        checked = core_schema.with_info_wrap_validator_function(self._checked, inner)
        return core_schema.chain_schema(
            [checked, core_schema.no_info_plain_validator_function(_raised)],
            serialization=core_schema.plain_serializer_function_ser_schema(
                str, when_used="json-unless-none"
            ),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> Any:
        """Return the schema of a plain string with its constraints."""
        steps: Any = schema
        return handler(steps["steps"][0]["schema"])

    def _checked(self, value: Any, handler: Any, info: ValidationInfo) -> Any:
        """Return the text, or a mask that says what is wrong with it."""
        try:
            text = handler(value)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            return _Masked.of(self.lang, "art9_invalid", first["msg"])
        if not isinstance(text, str):
            return text
        verdict = check(text, names_of(info.data or {}), self.policy)
        refused = verdict.flagged or (self.warnings and verdict.status is Status.WARN)
        return self._mask(verdict) if refused else text

    def _mask(self, verdict: Verdict) -> _Masked:
        kind = BLOCKED if verdict.flagged else WARNED
        sentence, categories = in_one_sentence(verdict, self.lang), ids_of(verdict.categories)
        return _Masked.of(self.lang, kind, sentence, categories)


CleanComment = Annotated[str, CommentCheck()]
"""A string that is refused if the default policy blocks it."""


class _Masked(str):
    """Stands for a refused text in the errors that repeat their input."""

    __slots__ = ("categories", "kind", "message")
    kind: str
    message: str
    categories: list[str]

    @classmethod
    def of(cls, lang: str, kind: str, message: str, categories: list[str] | None = None) -> _Masked:
        masked = cls(say("form.masked", lang))
        masked.kind, masked.message, masked.categories = kind, message, categories or []
        return masked


def _raised(value: Any) -> Any:
    """Return a text that may stand; raise for one that may not."""
    if isinstance(value, _Masked):
        values = {"message": value.message, "categories": value.categories}
        raise PydanticCustomError(value.kind, "{message}", values)
    return value


def safe_errors(error: ValidationError) -> list[Mapping[str, Any]]:
    """Return the errors of a model without any input."""
    return [*error.errors(include_input=False, include_url=False)]


async def without_inputs(_request: Request, error: Any) -> JSONResponse:
    """Answer 422 as FastAPI does, without any input.

    `app.add_exception_handler(RequestValidationError, without_inputs)`
    """
    from fastapi.responses import JSONResponse

    shown = ("type", "loc", "msg")
    detail = [{key: one[key] for key in shown if key in one} for one in error.errors()]
    return JSONResponse({"detail": detail}, status_code=422)
