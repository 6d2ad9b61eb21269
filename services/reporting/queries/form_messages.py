"""Forms and figures as they are answered."""

from __future__ import annotations

from collections.abc import Mapping

from huanjie.reporting.v1 import forms_pb2 as pb
from services.reporting.domain.forms.model import Field, FieldKind, Form, Rule, Words


def form_message(form: Form, *, fields: bool = True) -> pb.Form:
    """The whole of a form; without its fields and rules for a list."""
    discipline = form.discipline
    return pb.Form(
        form_id=form.form_id,
        form_version=form.version,
        title=_words(form.title),
        help=_words(form.help),
        source=form.source,
        confidence=form.confidence,
        sections=[pb.FormSection(section_id=name, label=_words(label)) for name, label in form.sections.items()],
        fields=[_field(field) for field in form.fields.values()] if fields else [],
        rules=[_rule(rule) for rule in form.rules.values()] if fields else [],
        discipline_list=discipline.year if discipline else "",
        discipline_rules=[
            pb.DisciplineRule(number=number, label=_words(label))
            for number, label in enumerate(discipline.rules if discipline else (), start=1)
        ],
        discipline_source=discipline.source if discipline else "",
        discipline_confidence=discipline.confidence if discipline else "",
    )


def figure_messages(form: Form, figures: Mapping[str, str]) -> list[pb.Figure]:
    """The figures that the form has, in its order."""
    return [pb.Figure(field_id=name, value=figures[name]) for name in form.fields if name in figures]


def explanation_messages(explanations: Mapping[str, str]) -> list[pb.FigureExplanation]:
    """Why warnings are no mistakes."""
    return [pb.FigureExplanation(rule_id=rule_id, text=text) for rule_id, text in explanations.items()]


def _words(words: Words) -> pb.Words:
    return pb.Words(zh=words.zh, en=words.en)


def _field(field: Field) -> pb.FormField:
    return pb.FormField(
        field_id=field.field_id,
        section_id=field.section_id,
        kind=field.kind,
        label=_words(field.label),
        help=_words(field.help),
        measure=_words(field.measure),
        required=field.required,
        least=field.least if field.kind is FieldKind.COUNT else 0,
        most=field.most if field.kind is FieldKind.COUNT else 0,
        earliest=field.earliest,
        latest=field.latest,
        chars_max=field.chars_max if field.kind is FieldKind.TEXT else 0,
        choices=[pb.FormChoice(choice_id=name, label=_words(label)) for name, label in field.choices.items()],
    )


def _rule(rule: Rule) -> pb.FormRule:
    return pb.FormRule(
        rule_id=rule.rule_id,
        severity=rule.severity,
        expression=rule.expression.text,
        wording=_words(rule.wording),
        field_ids=rule.field_ids,
    )
