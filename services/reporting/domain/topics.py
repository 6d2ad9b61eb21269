"""What a matter may be about: a fixed list with a version, so that counts by topic stay comparable. A topic never
leaves the list; a new one comes with a new version.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

TOPICS_VERSION: Final = "topics-1"


class Topic(StrEnum):
    """The topics of the present version, in the order of lists."""

    PROCEDURE = "procedure"  # steps and procedure of an election
    SCHEDULE = "schedule"
    DELEGATES = "delegates"  # number, allocation and election of delegates
    CONDITIONS = "conditions"  # conditions for candidates, in general
    ORGANISATION = "organisation"  # where a unit belongs, mergers, new units
    MEMBERSHIP = "membership"  # transfers, mobile members, the roll
    MATERIALS = "materials"
    VENUE = "venue"  # place, money, equipment
    SYSTEM = "system"  # use of this platform
    DISCIPLINE = "discipline"  # what the discipline of the turnover demands, in general
    BURDEN = "burden"  # asked twice, too much, too soon
    OTHER = "other"


class MatterKind(StrEnum):
    """What a unit raises."""

    QUESTION = "question"
    DIFFICULTY = "difficulty"
    CONCERN = "concern"


class Channel(StrEnum):
    """Through which kind of channel the public asked; no account, name or link goes with it."""

    HOTLINE = "hotline"
    VISIT = "visit"
    LETTER = "letter"
    MEETING = "meeting"
    NETWORK = "network"
    MEDIA = "media"
    OTHER = "other"
