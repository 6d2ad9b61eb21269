"""The rules of reporting: pure functions that return events or raise a named refusal.

units.py           which unit may stand where, and how it changes and ends
posts.py           who answers for a unit
imports.py         what an import of a roster stages, activates and changes
shape.py           a whole tree: one root, no cycle, no code or name twice
roster/            what the rows of an office's list mean
directives.py      scope, deadlines and plan of a directive
assignments.py     how far one unit has come with one directive
lights.py          green, yellow, red
matters.py         what a unit raises, and who owes the answer
public_questions.py, practices.py   what the public asks; methods that worked
owing.py           who owes the next step of an assignment, and who is told when it is late
orders.py          supervision orders: issued, accepted, answered, closed by another
digests.py         what is overdue, told up the line once a day
duties.py          what the rows of a duty list mean
messages.py        one digest a person and day, and when to try again
plain_text.py      texts that must name no person
"""
