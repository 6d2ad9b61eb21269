"""How the holder of a post is reached: kept beside the ledger, so that it can be erased."""

from __future__ import annotations

import re
from typing import Final

from huanjie.reporting.v1 import messages_pb2 as pb
from services.chassis.act import Act
from services.chassis.refusals import BadRequest
from services.kernel.text import code_text
from services.reporting.domain.message_events import ContactChanged
from services.reporting.domain.messages import MAIL_CHARS_MAX, PHONE_CHARS_MAX
from services.reporting.store import messages, posts
from services.reporting.store.messages import Contact

_MAIL: Final = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+")
_PHONE: Final = re.compile(r"\+?\d[\d-]{4,}")


def set_contact(command: pb.SetContactRequest, act: Act) -> pb.SetContactResponse:
    """The entry says only that there is one."""
    mail = _checked("mail", command.mail, MAIL_CHARS_MAX, _MAIL)
    phone = _checked("phone", command.phone, PHONE_CHARS_MAX, _PHONE)
    post = posts.load_post(act.tx, command.unit_id, command.post_id)
    act.record(ContactChanged(post.unit_id, post.post_id, bool(mail), bool(phone)), subject=post.unit_id)
    messages.set_contact(act.tx, post.unit_id, post.post_id, Contact(mail, phone))
    return pb.SetContactResponse()


def _checked(field: str, raw: str, chars_max: int, form: re.Pattern[str]) -> str:
    text = code_text(raw)
    if len(text) > chars_max:
        raise BadRequest(field=field, problem="too_long")
    if text and not form.fullmatch(text):
        raise BadRequest(field=field, problem="malformed")
    return text
