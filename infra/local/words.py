"""What the command line says, in the language of the terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache

import click

from services.chassis.refusals import to_wire
from services.chassis.wording import Catalogue, Language
from services.kernel.refusal import Refusal

LANGUAGE_VARIABLE = "HUANJIE_LANG"
_VARIABLES = (LANGUAGE_VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG")
# Whose refusals the command line may have to explain.
REFUSING = ("services.chassis", "services.reporting", "services.schedule", "services.tally", "gateway.identity")

# Exit codes, told by `huanjie --help`.
EXIT_REFUSED = 1
EXIT_RUNNING = 3
EXIT_UNREACHABLE = 4
EXIT_FAULT = 70


def language() -> Language:
    """HUANJIE_LANG before the locale; English where neither speaks."""
    chosen = next((value for name in _VARIABLES if (value := os.environ.get(name, ""))), "")
    return "zh" if chosen.lower().startswith("zh") else "en"


@cache
def _own() -> Catalogue:
    return Catalogue.load("infra.local")


@cache
def _refusals() -> Catalogue:
    return Catalogue.load(*REFUSING)


def say(key: str, /, **params: str | int) -> str:
    """A text of wording/."""
    return _own().render(key, params, language())


def explain(code: str, params: Mapping[str, str | int]) -> str:
    """What a refusal or finding of a service means."""
    return _refusals().render(code, params, language()) if code in _refusals() else f"{code} {params}"


def explain_refusal(refusal: Refusal) -> str:
    """A refusal in words, with its code for whoever asks for help; one of a class not imported here too."""
    code, params, _ = to_wire(refusal)
    return f"{explain(code, params)} [{code}]"


class Trouble(click.ClickException):
    """Something that the person at the terminal can understand and act on."""

    def __init__(self, key: str, exit_code: int = EXIT_REFUSED, /, **params: str | int) -> None:
        super().__init__(say(key, **params))
        self.exit_code = exit_code  # type: ignore[misc]

    def show(self, file: object = None) -> None:
        """One line on standard error, without a traceback."""
        click.secho(self.message, err=True, fg="red")
