"""Settings: environment over file over defaults, and no slip of the hand passes in silence."""

import os
from pathlib import Path

import pytest

from services.chassis import settings
from services.chassis.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("HUANJIE_") and name != "HUANJIE_SEED"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HUANJIE_DATA", str(tmp_path))


def write(tmp_path: Path, text: str) -> None:
    (tmp_path / "huanjie.toml").write_text(text, "utf-8")


def refusal() -> str:
    with pytest.raises(SettingsError) as refused:
        load_settings()
    return str(refused.value)


def test_the_defaults_run_everything_on_this_machine() -> None:
    found = load_settings()
    assert (found.nats, found.store, found.otlp_endpoint, found.district) == ("", "", "", "")
    assert (found.js_api_prefix, found.http_host, found.http_port) == ("$JS.API", "127.0.0.1", 8080)
    assert found.trace_sample_ratio == 0.01
    assert found.limits.in_flight_max == settings.IN_FLIGHT_MAX


def test_environment_goes_over_file_and_arguments_over_both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(
        tmp_path,
        'district = "370211"\nhttp_port = 1\nlog_level = "debug"\n[limits]\nin_flight_max = 7\nstream_days = 3\n',
    )
    monkeypatch.setenv("HUANJIE_HTTP_PORT", "2")
    monkeypatch.setenv("HUANJIE_LIMITS__IN_FLIGHT_MAX", "8")
    found = load_settings(log_level="error")
    assert (found.district, found.http_port, found.log_level) == ("370211", 2, "error")
    assert (found.limits.in_flight_max, found.limits.stream_days) == (8, 3)
    assert found.limits.batch_commands_max == settings.BATCH_COMMANDS_MAX


def test_a_data_folder_given_as_an_argument_is_where_the_file_is_sought(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    write(tmp_path / "other", "http_port = 5\n")
    found = load_settings(data=tmp_path / "other")
    assert (found.data, found.http_port) == (tmp_path / "other", 5)


def test_a_file_may_be_named_and_may_then_name_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HUANJIE_DATA")
    named = tmp_path / "named.toml"
    named.write_text(f'data = "{tmp_path}/elsewhere"\n')
    monkeypatch.setenv("HUANJIE_CONFIG", str(named))
    assert load_settings().data == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("HUANJIE_NATZ", "HUANJIE_NATS"),
        ("HUANJIE_HTTPPORT", "HUANJIE_HTTP_PORT"),
        ("huanjie_dstrict", "HUANJIE_DISTRICT"),
        ("HUANJIE_CONFG", "HUANJIE_CONFIG"),
    ],
)
def test_a_mistyped_variable_is_refused_with_what_was_meant(
    monkeypatch: pytest.MonkeyPatch, variable: str, meant: str
) -> None:
    monkeypatch.setenv(variable, "x")
    assert refusal() == f"{variable}: no such setting; did you mean {meant}?"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("htp_port = 1\n", "htp_port: no such setting; did you mean http_port?"),
        (
            "[limits]\nin_flight = 1\n",
            "limits.in_flight: no such setting; did you mean limits.in_flight_max?",
        ),
    ],
)
def test_a_mistyped_key_of_the_file_is_refused_with_what_was_meant(tmp_path: Path, text: str, line: str) -> None:
    write(tmp_path, text)
    assert refusal() == line


def test_a_mistyped_limit_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUANJIE_LIMITS__INFLIGHT_MAX", "3")
    assert "no such setting; did you mean limits.in_flight_max?" in refusal()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HUANJIE_HTTP_PORT", "70000"),
        ("HUANJIE_HTTP_PORT", "eighty"),
        ("HUANJIE_HTTP_HOST", ""),
        ("HUANJIE_LOG_LEVEL", "loud"),
        ("HUANJIE_TRACE_SAMPLE_RATIO", "1.5"),
        ("HUANJIE_TRACE_SAMPLE_RATIO", "nan"),
        ("HUANJIE_DISTRICT", "37 0211"),
        ("HUANJIE_DISTRICT", "370211.evt"),
        ("HUANJIE_STORE", "mysql://x"),
        ("HUANJIE_OTLP_ENDPOINT", "collector:4318"),
        ("HUANJIE_JS_API_PREFIX", "$JS.*"),
        ("HUANJIE_LIMITS__IN_FLIGHT_MAX", "0"),
        ("HUANJIE_LIMITS__ORPHAN_GRACE_SECONDS", "1"),
    ],
)
def test_a_value_out_of_range_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert f"({variable})" in refusal()


def test_a_refusal_never_shows_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUANJIE_STORE", "postgres://user:hunter2@db/x")
    monkeypatch.setenv("HUANJIE_HTTP_PORT", "hunter2")
    assert "hunter2" not in refusal()


@pytest.mark.parametrize("text", ["http_port = \n", "= 1", '{"http_port": 1}'])
def test_a_file_that_is_not_toml_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert "is not TOML" in refusal()


def test_a_named_file_that_is_missing_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUANJIE_CONFIG", str(tmp_path / "absent.toml"))
    assert "cannot be read" in refusal()


def test_a_file_in_the_data_folder_cannot_name_another(tmp_path: Path) -> None:
    write(tmp_path, 'data = "elsewhere"\n')
    assert "use HUANJIE_DATA" in refusal()


def test_settings_cannot_be_changed_afterwards() -> None:
    found: Settings = load_settings()
    with pytest.raises(ValueError, match="frozen"):
        found.http_port = 1
