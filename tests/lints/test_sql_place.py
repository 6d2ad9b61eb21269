from __future__ import annotations

import pytest

from infra.tools.lints.sql_place import check
from tests.lints.samples import lines_found

STATEMENTS = [
    "SELECT code FROM unit WHERE code = ?",
    "SELECT COUNT(*) FROM unit",
    "select u.code, u.name from unit u",
    "SELECT 1",
    "INSERT OR IGNORE INTO unit VALUES (?)",
    "insert into unit values (?)",
    "UPDATE unit SET name = ?",
    "DELETE FROM unit",
    "CREATE TABLE unit (code TEXT)",
    "WITH RECURSIVE up AS (SELECT 1) SELECT * FROM up",
    "PRAGMA journal_mode = WAL",
    "BEGIN IMMEDIATE",
]
SENTENCES = [
    "Select units from the list",
    "select a unit",
    "Update the unit and set a date",
    "Delete from the list what has left",
    "With a plan as (drafted)",
    "begin again",
    "创建支部",
]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("path", ["services/reporting/commands/name.py", "gateway/api/units.py", "infra/local/up.py"])
def test_sql_outside_a_store_folder_is_found(path: str, statement: str) -> None:
    assert lines_found(check, path, f"\nrows = run('''\n  {statement}''')\n") == [2]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize(
    "path",
    ["services/reporting/store/units.py", "gateway/dashboard/store/nodes.py", "services/chassis/ledger.py"],
)
def test_sql_in_its_place_is_left_alone(path: str, statement: str) -> None:
    assert lines_found(check, path, f"run('{statement}')") == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_not_taken_for_sql(sentence: str) -> None:
    assert lines_found(check, "gateway/api/units.py", f"say('{sentence}')") == []


def test_a_docstring_about_sql_is_left_alone() -> None:
    assert lines_found(check, "gateway/api/units.py", "'''SELECT code FROM unit is not written here.'''") == []


def test_sql_in_an_f_string_is_found() -> None:
    assert lines_found(check, "gateway/api/units.py", "run(f'DELETE FROM {table}')") == [1]


def test_an_sql_file_outside_a_schema_folder_is_found() -> None:
    assert lines_found(check, "services/reporting/queries/units.sql", "SELECT 1;") == [1]
    assert lines_found(check, "services/reporting/schema/0001_units.sql", "SELECT 1;") == []
