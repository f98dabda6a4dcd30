from linli.registers.directory import queries as directory
from linli.registers.practitioners import rules


def test_a_language_has_one_code_wherever_it_is_asked_for() -> None:
    assert directory.LANGUAGES.keys() <= rules.LANGUAGES.keys()
    assert rules.languages(["合肥话", "手语"]) == ["zh-x-hefei", "csl"]
