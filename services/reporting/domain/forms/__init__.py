"""Indicator forms: what a report's figures are, as versioned data, and the one set of rules that checks them.

model.py        fields, rules, forms
expressions.py  the small language of cross-field rules and totals: integers only
catalogue.py    the shipped forms and lists of discipline rules, read and validated once
checking.py     raw values → canonical figures, or what is wrong with each
layout.py       where everything stands in a form's workbook: for the writer and the reader
returned.py     a workbook that came back: its figures by unit, or what is wrong and in which cell
data/           the forms, a file a version; the lists of turnover discipline of 2016, 2021 and 2026
"""
