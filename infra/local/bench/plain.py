"""The yardstick: the handler that one would write in an afternoon. FastAPI, SQLAlchemy, SQLite, a commit a request.

It checks a key, validates the body and stores the report durably (WAL, synchronous=FULL). No ledger, no permissions by
subtree, no idempotency, no index: what huanjie adds is not in it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import String, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

PATH_VARIABLE = "HUANJIE_BENCH_PLAIN"
KEY = "plain-key"
POOL_CONNECTIONS = 20

engine = create_engine(f"sqlite:///{os.environ.get(PATH_VARIABLE, ':memory:')}", pool_size=POOL_CONNECTIONS)


@event.listens_for(engine, "connect")
def _durable(connection: Any, record: Any) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "busy_timeout = 10000"):
        connection.execute(f"PRAGMA {pragma}")


class Base(DeclarativeBase):
    pass


class Key(Base):
    __tablename__ = "api_key"
    digest: Mapped[str] = mapped_column(String, primary_key=True)


class Report(Base):
    __tablename__ = "report"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    directive_id: Mapped[str]
    unit_id: Mapped[str]
    due_count: Mapped[int]
    done_count: Mapped[int]
    summary: Mapped[str]


class Body(BaseModel):
    due_count: Annotated[int, Field(ge=0)]
    done_count: Annotated[int, Field(ge=0)]
    summary: str = ""


Base.metadata.create_all(engine)
with Session(engine) as first:
    first.merge(Key(digest=hashlib.sha256(KEY.encode()).hexdigest()))
    first.commit()

app = FastAPI()


def session() -> Iterator[Session]:
    """A session a request."""
    with Session(engine) as one:
        yield one


@app.get("/nothing")
async def nothing() -> dict[str, str]:
    """Does nothing."""
    return {"status": "ok"}


@app.post("/directives/{directive_id}/units/{unit_id}/report")
def report(
    directive_id: str,
    unit_id: str,
    body: Body,
    db: Annotated[Session, Depends(session)],
    authorization: Annotated[str, Header()],
) -> dict[str, int]:
    """Checks the key, stores the report, commits."""
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).hexdigest()
    if db.get(Key, digest) is None:
        raise HTTPException(401)
    row = Report(directive_id=directive_id, unit_id=unit_id, **body.model_dump())
    db.add(row)
    db.commit()
    return {"id": row.id}
