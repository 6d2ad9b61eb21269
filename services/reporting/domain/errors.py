"""Every refusal of reporting; the trees are drawn at the top of each half.

unit_errors.py       units, rosters, posts
directive_errors.py  directives and assignments
form_errors.py       forms and samples
evidence_errors.py   files that show what was reported
campaign_errors.py   matters, public questions, good practice, orders
route_errors.py      routes beside the unit tree
"""

from services.reporting.domain.campaign_errors import *  # noqa: F403
from services.reporting.domain.directive_errors import *  # noqa: F403
from services.reporting.domain.evidence_errors import *  # noqa: F403
from services.reporting.domain.form_errors import *  # noqa: F403
from services.reporting.domain.route_errors import *  # noqa: F403
from services.reporting.domain.unit_errors import *  # noqa: F403
