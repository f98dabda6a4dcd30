from copy import deepcopy
from pickle import dumps, loads

import pytest
from django import forms
from django.utils.translation import override

from linli.kernel.doors import blame, say, speak
from linli.kernel.refusals import Conflict, FileRefused, NotFound, Refusal, RowError, RuleBroken
from linli.kernel.text import N_, Both, Text

GRADES = Both("{n} hours", "{n}小时")


def test_a_text_kept_in_both_languages_is_said_in_the_readers() -> None:
    with override("en"):
        assert speak(GRADES, n=3) == "3 hours"
    for language in ("zh-hans", "zh-cn", "zh"):
        with override(language):
            assert speak(GRADES, n=3) == "3小时"


def test_values_that_are_texts_are_said_in_the_same_language() -> None:
    with override("zh-hans"):
        assert speak(Both("Late: {what}", "逾期：{what}"), what=Both("bath", "助浴")) == "逾期：助浴"


def test_what_people_wrote_is_neither_translated_nor_taken_as_a_pattern() -> None:
    with override("zh-hans"):
        assert speak(GRADES, n="{n} {0} %s") == "{n} {0} %s小时"
        assert speak("plain {braces}") == "plain {braces}"


def test_a_marked_text_is_translated_from_its_msgid() -> None:
    with override("zh-hans"):
        assert speak(N_("Your role does not allow this: {move}."), move="x") != "Your role does not allow this: x."


def test_a_text_in_both_languages_must_have_both() -> None:
    assert Both.of({"en": "a", "zh": "甲"}).zh == "甲"
    with pytest.raises(KeyError):
        Both.of({"en": "a"})


def test_a_text_in_both_languages_can_be_copied_whole() -> None:
    for copy in (deepcopy(GRADES), loads(dumps(GRADES))):
        assert isinstance(copy, Both) and (str(copy), copy.zh) == ("{n} hours", "{n}小时")


def test_a_refusal_is_a_sentence_with_its_values() -> None:
    why = RuleBroken(Both("At most {most}.", "最多{most}。"), rule="a.b", field="hours", most=3)
    assert str(why) == "At most 3." and (why.rule, why.field) == ("a.b", "hours") and isinstance(why, Refusal)
    with override("zh-hans"):
        assert say(why) == "最多3。"


def test_a_refused_file_says_which_rows_and_why() -> None:
    why = FileRefused(N_("{n} rows are wrong."), rows=(RowError(3, "phone", NotFound(Text("No."))),), n=1)
    assert str(why) == "1 rows are wrong." and why.rows[0].row == 3 and isinstance(why, RuleBroken)


class Hours(forms.Form):
    hours = forms.IntegerField()


def test_a_refusal_stands_beside_its_field_or_on_top() -> None:
    for field, place in (("hours", "hours"), ("elsewhere", "__all__"), (None, "__all__")):
        form = Hours({"hours": "9"})
        assert form.is_valid()
        blame(form, Conflict(Both("Too many.", "太多。"), field=field))
        assert list(form.errors) == [place] and form["hours"].value() == "9"
