"""The quick check, made to run at every save: `art9-hook --form`, or `art9-hook FILES…`.

It starts quickly: what takes long to import waits until it is needed (detector.hooks.form_check).
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from detector.errors import DetectorError, UsageError
from detector.hooks.form_check import FormJob, check_form
from detector.messages import LANGUAGES, say
from detector.program import end_with, language_of, tell, tell_of_compiling
from detector.settings import find_baseline, find_settings
from detector.streams import read_standard_input

_CALL = "art9-hook"


def main() -> None:
    """Run `art9-hook` and exit; every error is a sentence, never a traceback."""
    words = sys.argv[1:]

    def failed(error: DetectorError) -> None:
        tell(_CALL, error, language_of(words), as_json="--json" in words)

    tell_of_compiling(_CALL, words)
    end_with(lambda: run(words), failed)


def run(words: list[str]) -> int:
    """Do what `words` ask for and return the exit code; raise DetectorError."""
    asked = _asked(words)
    _refuse_passed_over(asked)
    settings = find_settings()
    settings = replace(settings, lang=asked.lang or settings.lang)
    if asked.form:
        job = FormJob(settings, asked.policy, asked.json, asked.show_text)
        return check_form(read_standard_input(), job)
    from detector.hooks.git_hook import HookJob, run_hook

    policy = settings.load_policy(asked.policy)
    baseline = Path(asked.baseline) if asked.baseline else find_baseline()
    return run_hook(HookJob(tuple(asked.paths), policy, baseline, settings.lang))


def _refuse_passed_over(asked: argparse.Namespace) -> None:
    """Raise UsageError for what would not be looked at: silence would be taken for clear."""
    if asked.form:
        beside = {"FILE": asked.paths, "--baseline": asked.baseline}
        key = "form.not_with"
    else:
        beside = {"--json": asked.json, "--show-text": asked.show_text}
        key = "form.only_with"
    for name, value in beside.items():
        if value:
            raise UsageError(key, name=name)


def _asked(words: list[str]) -> argparse.Namespace:
    """Return what `words` ask for; raise UsageError where `argparse` would speak English."""
    try:
        asked, unknown = _parser(words).parse_known_args(words)
    except argparse.ArgumentError as error:
        raise UsageError("usage.misused", name=error.argument_name, call=_CALL) from None
    if unknown:
        raise UsageError("usage.unknown_option", name=unknown[0], call=_CALL)
    if asked.lang not in (None, *LANGUAGES):
        raise UsageError("settings.unknown_lang", name=asked.lang, near=", ".join(LANGUAGES))
    return asked


def _parser(words: list[str]) -> argparse.ArgumentParser:
    """Return the parser; its help costs the catalogue, and is there only when asked for."""
    wanted = bool({"-h", "--help"} & set(words))

    def words_for(key: str) -> str:
        return say(f"cli.{key}", language_of(words)) if wanted else ""

    parser = argparse.ArgumentParser(
        _CALL,
        description=words_for("art9_hook.help"),
        allow_abbrev=False,
        exit_on_error=False,
        add_help=False,
    )
    files = parser.add_argument_group(words_for("headings.arguments"))
    files.add_argument("paths", nargs="*", metavar="FILE", help=words_for("hook.paths"))
    options = parser.add_argument_group(words_for("headings.options"))
    options.add_argument("-h", "--help", action="help", help=words_for("help"))
    options.add_argument("--form", action="store_true", help=words_for("art9_hook.form"))
    options.add_argument("--json", action="store_true", help=words_for("json"))
    options.add_argument("--policy", help=words_for("art9_hook.policy"))
    options.add_argument("--baseline", help=words_for("hook.baseline"))
    options.add_argument("--lang", help=words_for("art9_hook.lang"))
    options.add_argument("--show-text", action="store_true", help=words_for("art9_hook.show_text"))
    return parser


if __name__ == "__main__":
    main()
