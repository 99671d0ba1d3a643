"""The command line: parse, call one function, print, end with an honest exit code."""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from detector.errors import DetectorError, InputError, Near, UsageError
from detector.interrupts import INTERRUPTED
from detector.messages import LANGUAGES, say
from detector.program import end_with, language_of, tell, tell_of_compiling
from detector.settings import Settings, find_baseline, find_settings
from detector.streams import print_json, read_standard_input

_HELP = ["-h", "--help"]

# Help texts below are message keys; `_localised` turns them into words.
app = typer.Typer(
    name="art9",
    help="cli.app",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": _HELP},
)


Policy_ = Annotated[str | None, typer.Option("--policy", help="cli.policy")]
ShowText = Annotated[bool, typer.Option("--show-text", help="cli.show_text")]
Lang = Annotated[str | None, typer.Option("--lang", help="cli.lang")]
Json = Annotated[bool, typer.Option("--json", help="cli.json")]


def main() -> None:
    """Run the command line and exit; every error is a sentence, never a traceback."""
    words = sys.argv[1:]

    def failed(error: DetectorError) -> None:
        # Elsewhere an answer in JSON is no verdict, and cannot be missed.
        as_json = "--json" in words and "check" in words[:1]
        tell("art9", error, language_of(words), as_json=as_json)

    tell_of_compiling("art9", words)
    end_with(lambda: _run(words), failed)


def _run(words: list[str]) -> int:
    """Do what `words` ask for and return the exit code; raise DetectorError."""
    lang = language_of(words)
    command = _localised(typer.main.get_command(app), lang)
    if not words or set(_HELP) & set(words):
        _localise_headings(lang)
    try:
        # Not by its `main`, which ends with 1 where a pipe is closed: that is a verdict.
        with command.make_context("art9", list(words)) as context:
            return command.invoke(context) or 0
    except typer.Exit as end:
        return end.exit_code
    except typer.Abort:
        return INTERRUPTED
    except _CLICK_USAGE as error:
        raise _usage_error(error, words) from None
    except SystemExit:
        if set(_HELP) & set(words):  # Rich prints it, and ends by itself if nobody reads on
            raise BrokenPipeError from None
        raise


@app.command(help="cli.scan.help")
def scan(
    paths: Annotated[list[str], typer.Argument(help="cli.scan.paths")],
    column: Annotated[list[str] | None, typer.Option(help="cli.scan.column")] = None,
    record: Annotated[str | None, typer.Option(help="cli.scan.record")] = None,
    form: Annotated[str, typer.Option("--format", help="cli.scan.format")] = "table",
    output: Annotated[Path | None, typer.Option(help="cli.scan.output")] = None,
    encoding: Annotated[str | None, typer.Option(help="cli.scan.encoding")] = None,
    delimiter: Annotated[str | None, typer.Option(help="cli.scan.delimiter")] = None,
    workers: Annotated[int | None, typer.Option(help="cli.scan.workers")] = None,
    checkpoint: Annotated[Path | None, typer.Option(help="cli.scan.checkpoint")] = None,
    policy: Policy_ = None,
    baseline: Annotated[Path | None, typer.Option(help="cli.scan.baseline")] = None,
    show_text: ShowText = False,
    lang: Lang = None,
) -> None:
    """Scan files and report."""
    from detector.baseline import read_baseline
    from detector.scanning.run import ScanJob, run_scan
    from detector.sources.base import Options

    settings = _settings(lang)
    job = ScanJob(
        paths=tuple(paths),
        options=Options(
            columns=tuple(column or settings.columns),
            record=record or settings.record,
            encoding=encoding,
            delimiter=delimiter,
        ),
        policy=settings.load_policy(policy),
        form=form,
        output=output,
        show_text=show_text,
        baseline=read_baseline(baseline) if baseline else None,
        lang=settings.lang,
        workers=workers,
        checkpoint=checkpoint,
        settings=settings.path,
        reads=tuple(path for path in (baseline, settings.own_policy(policy)) if path),
        command=shlex.join(["art9", *sys.argv[1:]]),
    )
    raise typer.Exit(run_scan(job))


@app.command(help="cli.check.help")
def check(
    text: Annotated[str | None, typer.Argument(help="cli.check.text")] = None,
    policy: Policy_ = None,
    show_text: ShowText = False,
    as_json: Json = False,
    form: Annotated[bool, typer.Option("--form", help="cli.check.form")] = False,
    lang: Lang = None,
) -> None:
    """Check one comment, or a form."""
    if form and text is not None:
        raise UsageError("form.not_with", name="TEXT")
    settings = _settings(lang)
    if form:
        from detector.hooks.form_check import FormJob, check_form

        job = FormJob(settings, policy, as_json, show_text)
        raise typer.Exit(check_form(read_standard_input(), job))
    from detector.detector import Detector
    from detector.scanning.reports.single import print_verdict

    comment = _standard_input() if text is None else _given(text)
    if not comment.strip():
        raise InputError("usage.empty")
    verdict = Detector(settings.load_policy(policy)).check(comment)
    if as_json:
        print_json(verdict.as_dict(show_text=show_text))
    else:
        print_verdict(comment, verdict, show_text=show_text, lang=settings.lang)
    raise typer.Exit(int(verdict.flagged))


@app.command(help="cli.hook.help")
def hook(
    paths: Annotated[list[str] | None, typer.Argument(help="cli.hook.paths")] = None,
    baseline: Annotated[Path | None, typer.Option(help="cli.hook.baseline")] = None,
    policy: Policy_ = None,
    lang: Lang = None,
) -> None:
    """Check files before a commit."""
    from detector.hooks.git_hook import HookJob, run_hook

    settings = _settings(lang)
    accepted = baseline or find_baseline()
    job = HookJob(tuple(paths or ()), settings.load_policy(policy), accepted, settings.lang)
    raise typer.Exit(run_hook(job))


@app.command(help="cli.baseline.help")
def baseline(
    paths: Annotated[list[str] | None, typer.Argument(help="cli.baseline.paths")] = None,
    reason: Annotated[str | None, typer.Option(help="cli.baseline.reason")] = None,
    prune: Annotated[bool, typer.Option("--prune", help="cli.baseline.prune")] = False,
    file: Annotated[Path | None, typer.Option("--baseline", help="cli.baseline.file")] = None,
    policy: Policy_ = None,
    lang: Lang = None,
) -> None:
    """Accept findings."""
    from detector.hooks.git_hook import HookJob, record_baseline

    settings = _settings(lang)
    accepted = file or find_baseline()
    job = HookJob(tuple(paths or ()), settings.load_policy(policy), accepted, settings.lang)
    raise typer.Exit(record_baseline(job, reason=reason, prune=prune))


@app.command(help="cli.rules.help")
def rules(
    category: Annotated[str | None, typer.Option(help="cli.rules.category")] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """List the rules."""
    from detector.scanning.reports.rulebook import print_rules, rule_values

    if as_json:
        print_json(rule_values(category))
    else:
        print_rules(category, _settings(lang).lang)


@app.command(help="cli.explain.help")
def explain(
    name: Annotated[str, typer.Argument(help="cli.explain.name")],
    lang: Lang = None,
) -> None:
    """Explain a rule or a category."""
    from detector.scanning.reports.rulebook import print_explanation

    print_explanation(name, _settings(lang).lang)


@app.command(help="cli.serve.help")
def serve(
    address: Annotated[str | None, typer.Option(help="cli.serve.address")] = None,
    port: Annotated[int | None, typer.Option(help="cli.serve.port")] = None,
    token: Annotated[str | None, typer.Option(help="cli.serve.token", envvar="ART9_TOKEN")] = None,
    audit: Annotated[str | None, typer.Option(help="cli.serve.audit")] = None,
    lang: Lang = None,
) -> None:
    """Start the check service."""
    from detector.service.serve import Listening, serve

    serve(_settings(lang), Listening(address, port, audit, token))


@app.command(help="cli.train.help")
def train(
    output: Annotated[Path | None, typer.Option(help="cli.train.output")] = None,
    lang: Lang = None,
) -> None:
    """Train classifier and network again."""
    from detector.resources import models_folder
    from detector.workshop.train import train as train_model

    manifest = train_model(output)
    path = output or models_folder()
    print(say("train.done", _settings(lang).lang, comments=manifest["comments"], path=path))


@app.command(help="cli.evaluate.help")
def evaluate(
    source: Annotated[str, typer.Argument(help="cli.evaluate.source")] = "test",
    policy: Policy_ = None,
    as_json: Json = False,
    noise: Annotated[bool, typer.Option("--noise", help="cli.evaluate.noise")] = False,
    card: Annotated[bool, typer.Option("--card", help="cli.evaluate.card")] = False,
    lang: Lang = None,
) -> None:
    """Measure detection on labelled comments."""
    from detector.detector import Detector
    from detector.workshop.evaluate import evaluate_source, figures, print_figures, print_noise
    from detector.workshop.robustness import by_noise

    settings = _settings(lang)
    if card and find_spec("matplotlib") is None:
        raise UsageError("usage.no_workshop")
    evaluation = evaluate_source(source, settings.load_policy(policy))
    if as_json:
        print_json(figures(evaluation))
    else:
        print_figures(source, evaluation, settings.lang)
    if noise:
        rows = [result.row for result in evaluation.results]
        print_noise(by_noise(rows, Detector(settings.load_policy(policy))), settings.lang)
    if card:
        from detector.workshop.model_card import write_model_card  # here: it draws

        path = write_model_card()
        print(say("evaluate.written", settings.lang, path=path), file=sys.stderr)


def _version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"art9 {version('art9')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="cli.version",
            is_eager=True,
            callback=lambda value: _version(wanted=value),
        ),
    ] = False,
) -> None:
    """Hold what all commands share."""


def _settings(lang: str | None) -> Settings:
    settings = find_settings()
    if lang is not None and lang not in LANGUAGES:
        raise UsageError("settings.unknown_lang", name=lang, near=", ".join(LANGUAGES))
    return replace(settings, lang=lang) if lang else settings


def _given(text: str) -> str:
    """Return a comment given as an argument; raise UsageError where it names a file instead."""
    with suppress(OSError, ValueError):  # too long for a name, or not one at all
        if Path(text).is_file():
            raise UsageError("usage.is_file", name=text)
    return text


def _standard_input() -> str:
    from detector.sources.opening import text_of

    return text_of(read_standard_input(), "<stdin>").rstrip("\r\n")


def _localised(command: Any, lang: str) -> Any:
    """Return `command` with its help, and that of its options and parts, in `lang`."""
    help_option = command.get_help_option(typer.Context(command, help_option_names=_HELP))
    help_option.help = say("cli.help", lang)
    for part in (command, *command.params):
        key = getattr(part, "help", None)
        if key and key.startswith("cli."):
            part.help = say(key, lang)
    for child in getattr(command, "commands", {}).values():
        _localised(child, lang)
    return command


def _localise_headings(lang: str) -> None:
    """Let what Typer writes around our help speak `lang`, too."""
    from typer import rich_utils

    for part in ("arguments", "options", "commands"):
        setattr(rich_utils, f"{part.upper()}_PANEL_TITLE", say(f"cli.headings.{part}", lang))
    rich_utils.DEFAULT_STRING = say("cli.headings.default", lang)
    rich_utils.REQUIRED_LONG_STRING = say("cli.headings.required", lang)


# Typer carries its own copy of Click; this is that copy's UsageError.
_CLICK_USAGE: type[Exception] = typer.BadParameter.__mro__[1]


def _usage_error(error: Any, words: list[str]) -> UsageError:
    """Return what is wrong with a call, in our own words."""
    commands = [
        one.name or one.callback.__name__ for one in app.registered_commands if one.callback
    ]
    command = words[0] if words and not words[0].startswith("-") else ""
    call = f"art9 {command}".rstrip()
    if not words:
        return UsageError("usage.no_command")
    if name := getattr(error, "option_name", None):
        known = type(error).__name__ != "NoSuchOption"
        key = "usage.no_value" if known else "usage.unknown_option"
        return UsageError(key, name=name, call=call)
    if command and command not in commands:
        return UsageError("usage.unknown_command", name=command, near=Near(command, commands))
    parameter = getattr(error, "param", None)
    if parameter is None:
        return UsageError("usage.too_much", call=call)
    name = max(parameter.opts, key=len)  # as users type it: « --workers »
    # All values are texts but for numbers: only these can be refused.
    missing = type(error).__name__ == "MissingParameter"
    return UsageError("usage.missing" if missing else "usage.no_count", name=name, call=call)
