"""Every refusal of schedule; the trees are drawn at the top of each half.

plan_errors.py    templates, adjustments, plans, terms, gates
office_errors.py  acts on turnovers, records, meetings, papers, bookings, archives
"""

from services.schedule.domain.office_errors import *  # noqa: F403
from services.schedule.domain.plan_errors import *  # noqa: F403
