"""Log lines carry no personal data: a log is copied, searched and kept by people who need none of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from infra.tools.lints.source import Finding, Source

RULE = "personal-log-key"
LEVELS = {
    "debug",
    "info",
    "warning",
    "error",
    "critical",
    "exception",
    "bind",
    "bind_contextvars",
    "msg",
    "log",
}
LOGGERS = {"log", "logger", "structlog", "contextvars"}
PERSONAL = {
    "account_name",
    "address",
    "author",
    "body",
    "cell",
    "code_once",
    "comment",
    "cookie",
    "email",
    "full_name",
    "holder",
    "holder_name",
    "id_number",
    "ip",
    "login",
    "mobile",
    "name",
    "note",
    "opinion",
    "password",
    "payload",
    "person",
    "person_id",
    "person_name",
    "phone",
    "reporter",
    "secret",
    "secretary",
    "text",
    "token",
    "user",
    "user_name",
    "username",
}


def check(source: Source) -> Iterator[Finding]:
    if not source.is_python or not source.is_product:
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and is_log_call(node.func):
            for keyword in node.keywords:
                if keyword.arg in PERSONAL:
                    message = f"{keyword.arg}= may hold personal data: log an id of the case or a count"
                    yield Finding(source.path, keyword.value.lineno, RULE, message)


def is_log_call(function: ast.expr) -> bool:
    """log.info(…), self._logger.bind(…), structlog.get_logger().info(…) and the like."""
    return isinstance(function, ast.Attribute) and function.attr in LEVELS and is_logger(function.value)


def is_logger(node: ast.expr) -> bool:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower().strip("_") in LOGGERS or name.lower().endswith(("_log", "_logger"))
        case ast.Call(func=ast.Attribute(attr="get_logger") | ast.Name(id="get_logger")):
            return True
        case ast.Call(func=ast.Attribute(value=inner, attr="bind")):
            return is_logger(inner)
    return False
