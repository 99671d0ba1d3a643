"""Django: a form field that warns before it saves, and the same check for models.

    class PatientForm(forms.ModelForm):
        class Meta:
            model = Patient
            fields = ["nom", "commentaire"]
            field_classes = {"commentaire": CommentField}

What blocks is refused; what warns is refused once, with a box to tick: the text then passes, as
long as it is the same. `settings.ART9_POLICY` is the policy, or its name.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.deconstruct import deconstructible
from django.utils.html import format_html
from django.utils.translation import get_language

from detector.finding import Status, Verdict
from detector.hooks.form import in_one_sentence
from detector.integrations.common import check, names_of
from detector.messages import DEFAULT_LANGUAGE, say
from detector.policy import Policy

BLOCKED, WARNED = "art9_block", "art9_warn"
"""The codes of the validation errors."""


class ConfirmMixin:
    """A widget that shows a box to tick once its text was warned of."""

    token = ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return what was typed, with the token of the box beside it."""
        value = super().value_from_datadict(data, files, name)  # type: ignore[misc]
        return None if value is None else _Typed.of(value, data.get(_box(name), ""))

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> Any:
        """Return the widget, and the box where the text was just warned of."""
        area = super().render(name, value, attrs, renderer)  # type: ignore[misc]
        if not self.token:
            return area
        return format_html(
            '{}<label class="art9-confirm"><input type="checkbox" name="{}" value="{}"> {}</label>',
            area,
            _box(name),
            self.token,
            say("form.confirm", _lang()),
        )


class CommentWidget(ConfirmMixin, forms.Textarea):
    """A text area, with a box to tick once its text was warned of."""


class CommentField(forms.CharField):
    """A form's text that is checked; the form's own names and town rule out homonyms."""

    widget = CommentWidget

    def __init__(self, *, policy: Policy | str | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.widget = _with_box(self.widget)
        self.policy = policy
        self._record: dict[str, Any] = {}

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        """Return the bound field; note what else the form holds."""
        others = (name for name in form.fields if name != field_name)
        self._record = {name: form.data.get(form.add_prefix(name)) for name in others}
        return super().get_bound_field(form, field_name)

    def clean(self, value: Any) -> Any:
        """Return the text; raise ValidationError if it blocks, or warns and is not confirmed."""
        confirmed = getattr(value, "confirmed", "")
        text = super().clean(value)
        verdict = _verdict(text, self._record, self.policy)
        if verdict.status is Status.CLEAR:
            return text
        if verdict.flagged:
            raise _error(verdict, BLOCKED)
        token = salted_hmac("art9.confirm", text).hexdigest()
        if constant_time_compare(confirmed, token):
            return text
        self.widget.token = token
        raise _error(verdict, WARNED)


@deconstructible
class CommentValidator:
    """Refuses a model's text that blocks; with `warnings`, also one that only warns."""

    def __init__(self, policy: Policy | str | None = None, *, warnings: bool = False) -> None:
        self.policy, self.warnings = policy, warnings

    def __call__(self, value: Any) -> None:
        """Raise ValidationError if `value` must not be saved."""
        _refuse(_verdict(value, {}, self.policy), warnings=self.warnings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CommentValidator) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.policy, self.warnings))


class CheckedCommentsMixin:
    """A model whose `art9_fields` are checked as it is validated, its own names at hand."""

    art9_fields: Iterable[str] = ()
    art9_policy: Policy | str | None = None

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Raise ValidationError for each field whose text must not be saved."""
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude=exclude)  # type: ignore[misc]
        except ValidationError as error:
            errors = error.update_error_dict({})
        for name in self.art9_fields:
            if name in errors or name in (exclude or ()):
                continue
            try:
                _refuse(_verdict(getattr(self, name), vars(self), self.art9_policy), warnings=False)
            except ValidationError as error:
                errors[name] = [error]
        if errors:
            raise ValidationError(errors)


def _with_box(widget: Any) -> Any:
    """Return a widget that can show the box; a model's own field brings a plain text area."""
    kind = type(widget)
    if issubclass(kind, ConfirmMixin):
        return widget
    boxed = copy.deepcopy(widget)
    boxed.__class__ = type(kind.__name__, (ConfirmMixin, kind), {"__module__": kind.__module__})
    return boxed


class _Typed(str):
    """What was typed, with the token of the box ticked beside it."""

    __slots__ = ("confirmed",)
    confirmed: str

    @classmethod
    def of(cls, value: object, confirmed: str) -> _Typed:
        typed = cls(value)
        typed.confirmed = confirmed
        return typed


def _verdict(text: Any, record: Mapping[str, Any], policy: Policy | str | None) -> Verdict:
    chosen = policy or getattr(settings, "ART9_POLICY", None)
    return check(str(text or ""), names_of(record), chosen)


def _refuse(verdict: Verdict, *, warnings: bool) -> None:
    if verdict.flagged:
        raise _error(verdict, BLOCKED)
    if warnings and verdict.status is Status.WARN:
        raise _error(verdict, WARNED)


def _error(verdict: Verdict, code: str) -> ValidationError:
    return ValidationError(in_one_sentence(verdict, _lang()), code=code)


def _lang() -> str:
    return "en" if (get_language() or "").startswith("en") else DEFAULT_LANGUAGE


def _box(name: str) -> str:
    return f"{name}-art9"
