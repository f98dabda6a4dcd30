"""The gallery: every component in every state, on both faces, on paper, and as an error."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from linli.ui import written

AT = datetime(2026, 11, 22, 8, 12, tzinfo=UTC)


class Sample(forms.Form):
    name = forms.CharField(
        label=pgettext_lazy("gallery", "Name"),
        help_text=pgettext_lazy("gallery", "As it stands on your card."),
        max_length=10,
    )
    words = forms.CharField(label=pgettext_lazy("gallery", "In your own words"), widget=forms.Textarea, required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("gallery", "Kind"),
        choices=[("", pgettext_lazy("gallery", "Please choose")), ("a", pgettext_lazy("gallery", "First kind"))],
    )
    way = forms.ChoiceField(
        label=pgettext_lazy("gallery", "How shall we reach you?"),
        widget=forms.RadioSelect,
        choices=[("call", pgettext_lazy("gallery", "By phone")), ("text", pgettext_lazy("gallery", "By text message"))],
    )
    days = forms.MultipleChoiceField(
        label=pgettext_lazy("gallery", "Which days suit you?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("sat", pgettext_lazy("gallery", "Saturday")), ("sun", pgettext_lazy("gallery", "Sunday"))],
    )
    on = forms.DateField(label=pgettext_lazy("gallery", "Day"))
    at = forms.TimeField(label=pgettext_lazy("gallery", "Time"), required=False)
    minutes = forms.IntegerField(label=pgettext_lazy("gallery", "How long"), min_value=15, max_value=240)
    lon = forms.FloatField(label=pgettext_lazy("gallery", "Longitude"), required=False)
    lat = forms.FloatField(label=pgettext_lazy("gallery", "Latitude"), required=False)
    photo = forms.FileField(label=pgettext_lazy("gallery", "Picture"), required=False)
    agreed = forms.BooleanField(label=pgettext_lazy("gallery", "I have read this and agree"))
    step = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        raise ValidationError(pgettext("gallery", "This example is never accepted, so that its refusal can be seen."))


def _example() -> dict[str, Any]:
    sent = {"name": "<b>" + "Lin" * 5, "way": "", "on": "2026-02-30", "minutes": "500", "lon": "117.2", "kind": "a"}
    today = date(2026, 11, 23)
    slots = [
        ("09:00", "", "9", "open"),
        ("10:00", "", "10", "full"),
        ("14:00", "", "14", "held"),
        ("16:30", "", "16", "open"),
    ]
    links = [(label, "#slots", "", state) for label, __, __, state in slots]
    hour = datetime(2026, 11, 23, 0, tzinfo=UTC)  # 08:00 in Shanghai

    def bar(begin: float, end: float, label: str, tone: str) -> tuple[datetime, datetime, str, str, str]:
        return hour + timedelta(hours=begin), hour + timedelta(hours=end), label, tone, ""

    return {
        "blank": Sample(prefix="blank"),
        "sent": Sample(sent),
        "tones": [
            (pgettext("gallery", "Fine"), "ok"),
            (pgettext("gallery", "3 days left"), "wait"),
            (pgettext("gallery", "2 days late"), "late"),
            (pgettext("gallery", "In hand"), "calm"),
            (pgettext("gallery", "Draft"), "plain"),
        ],
        "icons": _icons(),
        "steps_items": [
            (pgettext("gallery", "Sent"), "done", "11-20"),
            (pgettext("gallery", "Accepted"), "done", "11-21"),
            (pgettext("gallery", "On the way"), "now"),
            (pgettext("gallery", "Done"), "next"),
            (pgettext("gallery", "Rated"), "next"),
        ],
        "timeline_items": [
            {
                "title": pgettext("gallery", "Answer due"),
                "at": date(2026, 11, 27),
                "note": pgettext("gallery", "Five working days by the rule"),
                "upcoming": True,
            },
            {
                "title": pgettext("gallery", "Accepted"),
                "at": AT,
                "who": pgettext("gallery", "Office"),
                "link": pgettext("gallery", "Receipt 48,213"),
                "url": "#timeline",
                "tone": "ok",
            },
            {"title": pgettext("gallery", "Two days late"), "at": AT - timedelta(days=1), "tone": "late"},
            {"title": pgettext("gallery", "Sent"), "at": AT - timedelta(days=2), "who": pgettext("gallery", "You")},
        ],
        "pairs": [
            (pgettext("gallery", "Time"), written.span(AT, AT + timedelta(hours=1))),
            (pgettext("gallery", "Place"), pgettext("gallery", "Third floor, room 12"), "#facts"),
            (pgettext("gallery", "Price"), written.money(2000), "#facts", pgettext("gallery", "How it is made up")),
        ],
        "plain_pairs": [
            (pgettext("gallery", "Today"), "318"),
            (pgettext("gallery", "Median"), pgettext("gallery", "9 minutes")),
            (pgettext("gallery", "On time"), "97.2%"),
        ],
        "reasons": [
            (pgettext("gallery", "Free at the time you chose"), True),
            (pgettext("gallery", "1.2 km from you"), True, "#why"),
            (pgettext("gallery", "Has not been here before"), False),
        ],
        "next_steps": [
            pgettext("gallery", "You get an answer by 17:00 today."),
            pgettext("gallery", "Nothing is charged before it is done."),
        ],
        "page": Paginator(range(1, 241), 20).page(4),
        "short_page": Paginator([1, 2], 20).page(1),
        "tiles_items": [
            {
                "label": pgettext("gallery", "Answered"),
                "value": "93.8%",
                "note": pgettext("gallery", "Target 95%"),
                "trend": [90.1, 92, 91, 93, 93.8],
                "target": 95,
            },
            {
                "label": pgettext("gallery", "First answer"),
                "value": pgettext("gallery", "9 min"),
                "note": pgettext("gallery", "Target 10 min"),
                "trend": [14, 13, 11, 10, 9],
                "target": 10,
            },
            {"label": pgettext("gallery", "On time"), "value": "97.2%", "tone": "ok", "url": "#tiles"},
            {
                "label": pgettext("gallery", "Late"),
                "value": "4",
                "tone": "late",
                "note": pgettext("gallery", "one of them ours"),
                "trend": [9, 8, 6, 5, 4],
            },
        ],
        "doors_items": [
            (
                "hand",
                pgettext("gallery", "Ask"),
                pgettext("gallery", "Three steps, and you see who can come"),
                "#doors",
            ),
            ("search", pgettext("gallery", "Find"), pgettext("gallery", "What is open near you"), "#doors"),
            (
                "heart",
                pgettext("gallery", "Give a hand"),
                pgettext("gallery", "Where hands are missing this week"),
                "#doors",
            ),
            ("shield", pgettext("gallery", "Check"), "", "#doors"),
        ],
        "header": [
            pgettext("gallery", "What"),
            pgettext("gallery", "Who"),
            (pgettext("gallery", "Due"), ""),
            (pgettext("gallery", "Price"), "num"),
            ("", "act"),
        ],
        "lines": [
            [
                {"text": pgettext("gallery", "First thing"), "url": "#table"},
                "张**",
                {"text": pgettext("gallery", "2 days late"), "tone": "late"},
                "¥1,234.50",
                {"text": pgettext("gallery", "Open"), "url": "#table"},
            ],
            [
                {"text": pgettext("gallery", "Second thing"), "url": "#table"},
                "刘**",
                {"text": pgettext("gallery", "3 days left"), "tone": "wait"},
                "¥20.00",
                {"text": pgettext("gallery", "Open"), "url": "#table"},
            ],
        ],
        "shapes": [
            {
                "name": "甲区",
                "path": "M20 30 200 10 240 140 120 200 30 150Z",
                "tone": 1,
                "label_x": 120,
                "label_y": 100,
                "value": "12",
                "href": "#map",
            },
            {
                "name": "乙区",
                "path": "M200 10 380 50 400 180 240 140Z",
                "tone": 3,
                "label_x": 310,
                "label_y": 100,
                "value": "31",
            },
            {
                "name": "丙区",
                "path": "M120 200 240 140 400 180 340 290 150 280Z",
                "tone": 4,
                "label_x": 260,
                "label_y": 225,
                "value": "40",
            },
        ],
        "points": [
            (90, 140, pgettext("gallery", "You are here"), "here"),
            (300, 60, pgettext("gallery", "Place one"), "place", "#map"),
            (370, 170, pgettext("gallery", "Place two"), "other"),
        ],
        "days": [
            {"date": today, "slots": slots},
            {"date": today + timedelta(days=1), "slots": [("09:30", "", "b9", "open", True)]},
            {"date": today + timedelta(days=2), "slots": []},
            {"date": today + timedelta(days=3), "slots": [("08:00", "", "", "past")]},
        ],
        "linked_days": [{"date": today, "slots": links}, {"date": today + timedelta(days=1), "slots": links[:2]}],
        "rows": [
            {
                "name": "王敏",
                "url": "#bars",
                "note": pgettext("gallery", "3 today"),
                "bars": [
                    bar(1, 3, pgettext("gallery", "First"), "calm"),
                    bar(3, 3.5, pgettext("gallery", "On the road"), "plain"),
                    bar(3.75, 6, pgettext("gallery", "Second"), "ok"),
                    bar(5, 7, pgettext("gallery", "Overlaps"), "wait"),
                ],
            },
            {
                "name": "赵丽",
                "note": pgettext("gallery", "Stopped"),
                "bars": [bar(0, 10, pgettext("gallery", "Expired on 20 November"), "late")],
            },
            {"name": "陈静", "bars": []},
        ],
        "numbers": [("110", pgettext("gallery", "first number")), ("120", pgettext("gallery", "second number"))],
        "crumb_items": [(pgettext("gallery", "Gallery"), "#"), (pgettext("gallery", "This page"), "")],
        "now": AT,
        "later": AT + timedelta(hours=1),
        "today": today,
        "last_day": today + timedelta(days=6),
        "rows_shown": [
            (pgettext("gallery", "First place"), pgettext("gallery", "free"), "ok", 350, 1500),
            (pgettext("gallery", "Second place"), pgettext("gallery", "waiting list"), "wait", 1240, 128000),
        ],
    }


def _icons() -> list[str]:
    sprite = Path(__file__).parent / "static" / "ui" / "icons.svg"
    return [symbol.attrib["id"] for symbol in ElementTree.parse(sprite).getroot()]


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "ui/gallery.html",
        _example() | {"alerts": [pgettext("gallery", "A sentence that refuses, by which rule, and what to do.")]},
    )


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery_desk.html", _example())


@require_GET
def paper(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery_paper.html", _example() | {"reference": "HF-2611-004182", "issued_at": AT})


@require_GET
def done(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/gallery_done.html", _example())


@require_GET
def error(request: HttpRequest, status: int) -> HttpResponse:
    """The error page as it looks, answered with 200 because nothing went wrong."""
    if status not in {403, 404, 409, 422, 500}:
        raise Http404
    words = {
        "title": pgettext("gallery", "This cannot be done so"),
        "detail": pgettext("gallery", "A sentence that refuses, by which rule, and what to do."),
    }
    return render(request, "ui/error.html", words | {"status": status, "reference": "019f2c", "back_url": "/ui/"})
