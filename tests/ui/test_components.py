"""Components as a reader meets them: what is said, what is escaped, what is linked."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils.translation import override

from linli.ui import written
from linli.ui.schedule import Row, laid_out

AT = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # already the 23rd in Shanghai


def shown(source: str, language: str = "en", **values: Any) -> str:
    with override(language):
        return Template("{% load ui %}" + source).render(Context(values))


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the card", max_length=5)
    way = forms.ChoiceField(label="Way?", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    on = forms.DateField(label="Day")
    note = forms.CharField(label="Note", required=False)
    step = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("Both together do not fit.")


@pytest.fixture
def refused() -> Sample:
    return Sample({"name": "<b>long</b>", "on": "2026-02-30"})


def test_a_field_keeps_what_was_typed_and_names_its_error(refused: Sample) -> None:
    page = shown("{% field form.name %}", form=refused)
    assert 'value="&lt;b&gt;long&lt;/b&gt;"' in page
    assert 'aria-describedby="id_name-hint id_name-error"' in page and 'aria-invalid="true"' in page
    assert 'id="id_name-error"' in page and 'id="id_name-hint"' in page and '<label class="label" for="id_name"' in page


def test_a_box_left_empty_is_to_be_ticked_and_its_sentence_reads_on() -> None:
    class Consent(forms.Form):
        agreed = forms.BooleanField(label="我同意。")

    page = shown("{% error_summary form %}{% field form.agreed %}", "zh-hans", form=Consent({}))
    assert "我同意：请勾选这一项。" in page and page.count("请勾选这一项。") == 2 and "请填写" not in page


def test_what_is_carried_along_goes_by_post_alone() -> None:
    page = shown('{% empty "None" "Go on" "/next/" "Ask" carry=words %}', words='<b>"ache"')
    assert 'method="post" action="/next/"' in page and 'name="text" value="&lt;b&gt;&quot;ache&quot;"' in page
    assert "<a " not in page and "<form" not in shown('{% empty "None" "Go on" "/next/" "Ask" %}')


def test_a_field_without_error_claims_none() -> None:
    page = shown("{% field form.note %}", form=Sample())
    assert "aria-invalid" not in page and "aria-describedby" not in page and "(optional)" in page


def test_an_impossible_date_stays_to_be_mended(refused: Sample) -> None:
    assert 'type="text" name="on" value="2026-02-30"' in shown("{% field form.on %}", form=refused)
    kept = Sample({"on": "2026-11-22"})
    assert 'type="date" name="on" value="2026-11-22"' in shown("{% field form.on %}", "zh-hans", form=kept)
    fresh = Sample(initial={"on": date(2026, 11, 2)})
    assert 'type="date" name="on" value="2026-11-02"' in shown("{% field form.on %}", "zh-hans", form=fresh)


def test_choices_are_a_group_with_their_error(refused: Sample) -> None:
    page = shown('{% field form.way kind="cards" %}', form=refused)
    assert '<fieldset class="field has-error" id="id_way-field" aria-describedby="id_way-error">' in page
    assert '<label for="id_way_0">A</label>' in page and "cards" in page


def test_the_error_summary_leads_to_every_field(refused: Sample) -> None:
    page = shown("{% form_body form %}", form=refused)
    summary, fields = page.split("</ul>", 1)
    assert 'role="alert"' in summary and "Both together do not fit." in summary
    for target in ("id_name", "id_way_0", "id_on"):
        assert f'href="#{target}"' in summary and f'id="{target}"' in fields
    assert "Way: " in summary and 'type="hidden" name="step"' in fields


def test_no_summary_where_nothing_is_wrong() -> None:
    assert "error-summary" not in shown("{% error_summary form %}", form=Sample())


def test_form_errors_speak_plain_chinese() -> None:
    with override("zh-hans"):
        assert Sample({}).errors["name"] == ["请填写这一项。"]


@pytest.mark.parametrize(("fen", "said"), [(123450, "¥1,234.50"), (0, "¥0.00"), (-5, "−¥0.05"), (None, "—")])
def test_money(fen: int | None, said: str) -> None:
    assert written.money(fen) == said


def test_money_without_small_change() -> None:
    assert (written.money(2000, short=True), written.money(2050, short=True)) == ("¥20", "¥20.50")


def test_dates_in_both_languages_and_in_shanghai() -> None:
    with override("zh-hans"):
        assert written.moment(AT) == "2026年11月23日 周一 00:30"
        assert written.span(AT, AT + timedelta(hours=1)) == "2026年11月23日 周一 00:30–01:30"
        assert written.span(date(2026, 11, 1), date(2026, 11, 2)) == "2026年11月1日至2026年11月2日"
        assert written.span(date(2026, 11, 1), None) == "2026年11月1日起"
    with override("en"):
        assert written.moment(AT) == "Mon 23 Nov 2026, 00:30"
        assert written.day(date(2026, 11, 22), weekday=False) == "22 Nov 2026"
    assert 'datetime="2026-11-23T00:30:00+08:00"' in shown("{% moment at %}", at=AT)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        written.moment(datetime(2026, 11, 22))


@pytest.mark.parametrize(
    ("metres", "english", "chinese"),
    [(4, "less than 10 m", "不到 10 米"),
     (347, "350 m", "350 米"), (996, "1.0 km", "1.0 公里"), (1240, "1.2 km", "1.2 公里"), (None, "—", "—")],
)
def test_distance(metres: float | None, english: str, chinese: str) -> None:
    with override("en"):
        assert written.distance(metres) == english
    with override("zh-hans"):
        assert written.distance(metres) == chinese


def test_stars_say_how_many() -> None:
    assert "4.8 out of 5 (1 rating)" in shown("{% stars 4.83 1 %}") and "no ratings yet" in shown("{% stars None 0 %}")
    assert "4.8 分（96 次评价）" in shown("{% stars 4.83 96 %}", "zh-hans")


def test_what_people_wrote_is_escaped_everywhere() -> None:
    bad = "<script>x</script>\"'"
    pieces = [
        "{% tag bad %}",
        "{% notice bad %}",
        "{% facts pairs %}",
        "{% why bad reasons %}",
        "{% timeline items %}",
        "{% initial bad %}",
        "{% empty bad bad '/' bad %}",
        "{% confirmation bad bad reasons %}",
        "{% data_table header rows %}",
        "{% call_box bad bad %}",
        "{% boundary_map shapes points title=bad %}",
        "{% onebox '/' value=bad label=bad %}",
        "{% week_slots days %}",
        "{% bars people %}",
        "{% icon 'home' label=bad %}",
        "{% tiles tiles %}",
        "{% doors doors %}",
        "{% crumbs doors %}",
    ]
    hour = timedelta(hours=1)
    page = shown(
        "".join(pieces),
        bad=bad,
        pairs=[(bad, bad)],
        reasons=[bad],
        items=[{"title": bad, "who": bad, "note": bad, "at": AT}],
        header=[bad],
        rows=[[bad]],
        shapes=[(bad, "M0 0", "", 1, 1, 1)],
        points=[(1, 1, bad)],
        tiles=[(bad, bad)],
        doors=[("home", bad, bad, "/")],
        days=[{"date": AT.date(), "slots": [(bad, "", bad)]}],
        people=[(bad, "", bad, [(AT + 9 * hour, AT + 10 * hour, bad)])],
    )
    assert "<script" not in page and page.count("&lt;script&gt;") > 20


def test_a_tone_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(TemplateSyntaxError):
        shown("{% tag 'x' 'danger' %}")


def test_items_may_be_tuples_mappings_or_objects() -> None:
    one = [("Sent", "done")], [{"label": "Sent", "state": "done"}], [SimpleNamespace(label="Sent", state="done")]
    first, *others = [shown("{% steps items %}", items=items) for items in one]
    assert "Sent" in first and others == [first, first]


def test_where_a_thing_stands_is_said_in_words() -> None:
    sent = datetime(2026, 11, 22, 8, 9, tzinfo=UTC)
    assert "Sun 22 Nov 2026, 16:09" in shown("{% steps items %}", items=[("Sent", "done", sent)])
    page = shown("{% steps items %}", items=[("Sent", "done"), ("Read", "now"), ("Done", "next")])
    assert 'aria-current="step"' in page and all(word in page for word in (", done", ", now", ", still to come"))


def test_the_pager_keeps_the_filters() -> None:
    page = Paginator(range(100), 20).page(2)
    request = RequestFactory().get("/", {"kind": "a&b", "page": "2"})
    said = shown("{% pager page %}", page=page, request=request)
    assert "?kind=a%26b&amp;page=3" in said and "?kind=a%26b&amp;page=1" in said and "21–40 of 100" in said
    assert "<nav" not in shown("{% pager page %}", page=Paginator([1], 20).page(1), request=request)


def test_only_free_slots_can_be_chosen() -> None:
    days = [
        (date(2026, 11, 23), [("09:00", "", "a", "open", True), ("10:00", "", "b", "full"), ("11:00", "", "c", "held")])
    ]
    page = shown("{% week_slots days error='Choose one.' %}", days=days)
    assert page.count('type="radio"') == 1 and 'value="a" checked' in page and "taken" in page and "Choose one." in page
    links = shown("{% week_slots days %}", days=[(date(2026, 11, 23), [("09:00", "/x"), ("10:00", "/y", "", "past")])])
    assert 'href="/x"' in links and "/y" not in links


def test_a_map_has_its_table_and_says_that_it_has_no_review_number() -> None:
    page = shown(
        "{% boundary_map shapes points view_box='0 0 100 100' %}",
        "zh-hans",
        shapes=[{"name": "甲区", "path": "M0 0", "value": "12", "href": "/a", "label_x": 12.5, "label_y": 3}],
        points=[(90, 5, "站", "place", "/p")],
    )
    drawing, table = page.split("<details>")
    assert (
        "审图号：无" in drawing and "甲区" in table and "12" in table and 'href="/p"' in table and 'x="12.5"' in drawing
    )


def test_bars_stand_on_their_quarter_hours_and_overlaps_get_lanes() -> None:
    eight = datetime(2026, 11, 23, 0, tzinfo=UTC)

    def bar(begin: int, end: int) -> dict[str, Any]:
        return {
            "begin": eight + timedelta(minutes=begin),
            "end": eight + timedelta(minutes=end),
            "label": "",
            "tone": "",
            "url": "",
        }

    (row,) = laid_out(
        [Row("A", bars=[bar(60, 95), bar(-60, 15), bar(75, 90), bar(700, 760)])], from_hour=8, until_hour=18
    )
    assert [(bar.at, bar.length, bar.lane) for bar in row.bars] == [(1, 1, 1), (5, 3, 1), (6, 1, 2)]
    assert row.bars[1].hours == "09:00–09:35" and row.lanes == 2


def test_a_row_that_misses_a_column_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        shown("{% data_table header rows %}", header=["a", "b"], rows=[["only one"]])
