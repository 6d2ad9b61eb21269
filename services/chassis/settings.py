"""Settings: the environment (`HUANJIE_*`) over an optional TOML file over the defaults below.

The file is `huanjie.toml` in the data folder, or the one that `HUANJIE_CONFIG` names. A limit is set as
`HUANJIE_LIMITS__IN_FLIGHT_MAX=300` or under `[limits]`. A name that is not known here is refused: a slip of
the hand must not be silent. Messages name settings, never their values, which may hold passwords.
"""

import os
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import InitSettingsSource

from services.chassis.folder import SETTINGS_FILE

ENV_PREFIX: Final = "HUANJIE_"
CONFIG_VARIABLE: Final = "HUANJIE_CONFIG"
# Read by others: where the file is; the seed of rehearsals and tests, how long tests look; the terminal's language.
_OTHER_VARIABLES: Final = frozenset({CONFIG_VARIABLE, "HUANJIE_SEED", "HUANJIE_PROFILE", "HUANJIE_LANG"})

IN_FLIGHT_MAX: Final = 2_048
BATCH_COMMANDS_MAX: Final = 256
BLOB_BYTES_MAX: Final = 64 * 1024**2
REQUEST_ID_DAYS: Final = 35
STREAM_DAYS: Final = 7
STREAM_BYTES_MAX: Final = 8 * 1024**3
ORPHAN_GRACE_SECONDS: Final = 86_400
DISK_FREE_BYTES_MIN: Final = 1024**3
# A unit's own system may report for all below it one by one.
ACCOUNT_REQUESTS_PER_SECOND: Final = 500
# Only requests whose sender is not known yet: whole offices sit behind one address.
ADDRESS_REQUESTS_PER_SECOND: Final = 50

Positive = Annotated[int, Field(ge=1)]
PerSecond = Annotated[int, Field(ge=1, le=1_000_000)]


class SettingsError(Exception):
    """The settings cannot be used; one readable line for each that is wrong."""


class Limits(BaseModel):
    """Limits of one process, each with its unit in the name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    in_flight_max: Positive = IN_FLIGHT_MAX
    batch_commands_max: Annotated[int, Field(ge=1, le=1_000)] = BATCH_COMMANDS_MAX
    blob_bytes_max: Positive = BLOB_BYTES_MAX
    request_id_days: Positive = REQUEST_ID_DAYS
    stream_days: Positive = STREAM_DAYS
    stream_bytes_max: Positive = STREAM_BYTES_MAX
    orphan_grace_seconds: Annotated[int, Field(ge=3_600)] = ORPHAN_GRACE_SECONDS
    disk_free_bytes_min: Positive = DISK_FREE_BYTES_MIN
    account_requests_per_second: PerSecond = ACCOUNT_REQUESTS_PER_SECOND
    address_requests_per_second: PerSecond = ADDRESS_REQUESTS_PER_SECOND


class Mail(BaseModel):
    """The server that takes e-mail. Empty `host`: none is sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = ""
    port: Annotated[int, Field(ge=1, le=65_535)] = 25
    tls: Literal["none", "starttls", "tls"] = "none"
    user: str = ""
    password: str = ""
    sender: str = "huanjie@localhost"


class Hook(BaseModel):
    """A web hook that takes messages, signed with the secret. Empty `url`: there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(pattern=r"^(https?://.*)?$")] = ""
    secret: str = ""

    @model_validator(mode="after")
    def _signed(self) -> "Hook":
        if self.url and not self.secret:
            raise ValueError("a hook needs a secret")
        return self


class Settings(BaseSettings):
    """What an operator may set; the same for all processes of a platform.

    Empty `nats`: the platform runs its own server. Empty `store`: files in the data folder. Empty
    `district`: the data folder's own. Empty `otlp_endpoint`: no traces are sent.
    """

    model_config = SettingsConfigDict(env_prefix=ENV_PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid")

    district: Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]{0,31})?$")] = ""
    data: Path = Path("huanjie-data")
    nats: str = ""
    store: Annotated[str, Field(pattern=r"^(postgresql://.*)?$")] = ""
    js_api_prefix: Annotated[str, Field(pattern=r"^[^\s.*>]+(\.[^\s.*>]+)*$")] = "$JS.API"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otlp_endpoint: Annotated[str, Field(pattern=r"^(https?://.*)?$")] = ""
    trace_sample_ratio: Annotated[float, Field(ge=0, le=1)] = 0.01
    http_host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65_535)] = 8080
    limits: Limits = Limits()
    mail: Mail = Mail()
    hook: Hook = Hook()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over environment over file."""
        data = init_settings().get("data") or env_settings().get("data") or cls.model_fields["data"].default
        return init_settings, env_settings, InitSettingsSource(settings_cls, _read_file(Path(data)))


def load_settings(**overrides: object) -> Settings:
    """The settings of this process; `overrides` are those given on the command line. Raises SettingsError."""
    ours = [name for name in os.environ if name.upper().startswith(ENV_PREFIX)]
    if unknown := sorted(name for name in ours if not _known(name.upper())):
        raise SettingsError("\n".join(_unknown_line(name) for name in unknown))
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_problem_line(problem) for problem in error.errors())) from None


def _read_file(data: Path) -> dict[str, object]:
    chosen = os.environ.get(CONFIG_VARIABLE, "")
    path = Path(chosen) if chosen else data / SETTINGS_FILE
    if not chosen and not path.is_file():
        return {}
    try:
        found: dict[str, object] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {type(error).__name__}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not TOML: {error}") from None
    if not chosen and "data" in found:
        raise SettingsError(f"{path} lies in the data folder and cannot name another; use HUANJIE_DATA")
    return found


def _known(variable: str) -> bool:
    field, _, _ = variable.removeprefix(ENV_PREFIX).lower().partition("__")
    return variable in _OTHER_VARIABLES or field in Settings.model_fields


def _unknown_line(name: str) -> str:
    return f"{name}: no such setting" + _hint(name.upper(), [*_variables(), CONFIG_VARIABLE])


def _problem_line(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        known = [*Settings.model_fields, *_grouped()]
        return f"{key}: no such setting" + _hint(key, known)
    return f"{key} ({ENV_PREFIX}{key.upper().replace('.', '__')}): {problem['msg']}"


def _hint(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _variables() -> list[str]:
    plain = [f"{ENV_PREFIX}{name.upper()}" for name in Settings.model_fields if name not in _GROUPS]
    return plain + [f"{ENV_PREFIX}{key.upper().replace('.', '__')}" for key in _grouped()]


_GROUPS: Final[dict[str, type[BaseModel]]] = {"limits": Limits, "mail": Mail, "hook": Hook}


def _grouped() -> list[str]:
    return [f"{group}.{name}" for group, model in _GROUPS.items() for name in model.model_fields]
