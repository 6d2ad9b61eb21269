"""The printed sheet of one-time codes: A4, one slip an account, to be cut apart. Nothing of it is kept here."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from html import escape
from typing import Annotated, Final

import segno
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import ASGIApp

from gateway.api.answers import HTML, Answered
from gateway.api.incoming import Incoming
from gateway.api.operations import Operation
from gateway.api.problems import Problems
from gateway.papers.typst import REHEARSAL_WORDS
from services.chassis.wording import Language

SLIPS_MAX: Final = 2_000
SHEET_BYTES_MAX: Final = 2 * 1024 * 1024
TEXT_CHARS_MAX: Final = 256
# What is printed is read by people there, by the clock on their wall.
_LOCAL: Final = timezone(timedelta(hours=8))
_SECOND_US: Final = 1_000_000

_STYLE: Final = """
@page { size: A4; margin: 12mm }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 190mm; padding: 6mm 2mm; color: #1a1a1a; background: #fff;
  font: 10.5pt/1.5 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif }
h1 { margin: 0; font-size: 16pt; letter-spacing: .1em; color: #a61b1b }
header p { margin: 1mm 0 5mm; color: #555; font-size: 9.5pt }
main { display: grid; grid-template-columns: 1fr 1fr; gap: 4mm }
article { border: .3mm dashed #999; border-radius: 2mm; padding: 4mm 5mm; break-inside: avoid;
  display: grid; grid-template-columns: 1fr 22mm; column-gap: 3mm }
h2 { grid-column: 1 / 3; margin: 0 0 2mm; font-size: 12pt; border-bottom: .3mm solid #a61b1b; padding-bottom: 1mm }
dl { margin: 0; display: grid; grid-template-columns: auto 1fr; gap: .6mm 3mm; align-content: start }
dt { color: #666; font-size: 9pt; white-space: nowrap }
dd { margin: 0; overflow-wrap: anywhere }
.code { font: 600 13pt/1.3 "DejaVu Sans Mono", Consolas, monospace; letter-spacing: .06em; white-space: nowrap }
article p { grid-column: 1 / 3; margin: 2mm 0 0; color: #666; font-size: 8.5pt }
svg { width: 22mm; height: 22mm }
@media print { body { padding: 0; max-width: none } }
"""
_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    f"style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
)


class Slip(BaseModel):
    """One account as it was issued; what is not printed may be there too."""

    model_config = ConfigDict(extra="ignore", strict=True)
    login: str = Field(max_length=TEXT_CHARS_MAX)
    unit_name: str = Field(max_length=TEXT_CHARS_MAX)
    role: str = Field(max_length=TEXT_CHARS_MAX)
    one_time_code: str = Field(max_length=TEXT_CHARS_MAX)
    code_until_us: int = Field(ge=0, le=253_402_300_799_000_000)


class AccountSheet(BaseModel):
    """The accounts of an issue, in the order in which they are printed."""

    model_config = ConfigDict(extra="forbid", strict=True)
    accounts: Annotated[list[Slip], Field(min_length=1, max_length=SLIPS_MAX)]


async def print_account_sheet(incoming: Incoming) -> ASGIApp:
    """The sheet as a page, in the reader's language."""
    sheet = await incoming.json(AccountSheet, SHEET_BYTES_MAX)
    rehearsal = incoming.api.folder.clock.kind == "rehearsal"
    page = render(sheet.accounts, incoming.api.problems, incoming.language, _origin(incoming), rehearsal=rehearsal)
    headers = [(b"content-security-policy", _POLICY.encode()), (b"content-language", incoming.language.encode())]
    return Answered(page.encode(), 200, headers, HTML)


def render(slips: list[Slip], words: Problems, language: Language, origin: str, *, rehearsal: bool = False) -> str:
    """The whole page. Of a rehearsal each slip says so: it is cut from the others."""
    title = _say(words, "sheet:title", language)
    if rehearsal:
        mark = REHEARSAL_WORDS[language]
        title = f"{title}（{mark}）"
        slips = [slip.model_copy(update={"unit_name": f"【{mark}】{slip.unit_name}"}) for slip in slips]
    picture = segno.make(origin, error="m").svg_inline(omitsize=True, border=0) if origin else ""
    body = "".join(_slip(slip, words, language, origin, picture) for slip in slips)
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><header><h1>{title}</h1>"
        f"<p>{_say(words, 'sheet:lead', language)}</p></header><main>{body}</main></body></html>"
    )


def _slip(slip: Slip, words: Problems, language: Language, origin: str, picture: str) -> str:
    until = datetime.fromtimestamp(slip.code_until_us // _SECOND_US, UTC).astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M")
    rows = (
        ("sheet:role", _say(words, f"role:{slip.role}", language), ""),
        ("sheet:login", escape(slip.login), ' class="code"'),
        ("sheet:code", escape(slip.one_time_code), ' class="code"'),
        ("sheet:until", until, ""),
        ("sheet:where", escape(origin), ""),
    )
    terms = "".join(f"<dt>{_say(words, key, language)}</dt><dd{kind}>{text}</dd>" for key, text, kind in rows)
    how = _say(words, "sheet:how", language)
    return f"<article><h2>{escape(slip.unit_name)}</h2><dl>{terms}</dl><div>{picture}</div><p>{how}</p></article>"


def _say(words: Problems, key: str, language: Language) -> str:
    return escape(words.detail(key, {}, language))


def _origin(incoming: Incoming) -> str:
    host = incoming.headers.get(b"host", b"").decode("latin-1")
    scheme = "https" if incoming.api.settings.secure else str(incoming.scope.get("scheme", "http"))
    return f"{scheme}://{host}/" if host else ""


OPERATIONS: Final[tuple[Operation, ...]] = (
    Operation("print_account_sheet", "POST", "/accounts/sheet", "accounts",
              "A page of slips to print, from accounts as they were issued", print_account_sheet,
              body=AccountSheet, gives="text/html"),
)  # fmt: skip
