"""One crisis line in a long message is judged by itself too; a short message is judged once."""

import pytest

from hotline.triage.scorer.passages import passages, sentences, thoughts

KIND = "今天天气很好，我们去公园走了走。"


def test_a_message_of_a_few_sentences_is_judged_as_a_whole_only() -> None:
    assert passages(KIND * 5) == []
    assert passages("短。" * 20) == []


@pytest.mark.parametrize("end", ["。", "!", "\n", ". "])
def test_every_sentence_of_a_long_message_is_judged_alone(end: str) -> None:
    line = "药我已经全吃了"
    text = end.join([*["我们去公园走了走"] * 25, line, *["晚上打算看电视"] * 25])
    assert any(text[start:stop].strip(" 。!\n.") == line for start, stop in passages(text))


def test_a_thought_in_two_or_three_sentences_stays_together() -> None:
    thought = "他喝醉了。孩子在屋里。门反锁了。"
    text = KIND * 20 + thought + KIND * 20
    assert thought in {text[start:stop] for start, stop in passages(text)}


def test_a_line_of_many_sentences_stays_together() -> None:
    line = "一。二。三。四。五。"
    text = f"{KIND * 20}\n{line}\n{KIND * 20}"
    assert line in {text[start:stop] for start, stop in passages(text)}


def test_a_story_without_an_end_is_cut_where_people_breathe() -> None:
    text = "we walked to the park and had a long talk about the weather " * 40
    cut = sentences(text)
    assert len(cut) > 10
    assert "".join(text[start:stop] for start, stop in cut) == text


def test_a_wall_of_one_letter_is_cut_too() -> None:
    assert all(stop - start <= 160 for start, stop in sentences("啊" * 2000))


def test_the_longest_message_has_a_bounded_number_of_passages() -> None:
    assert len(passages("好。" * 10_000)) <= 5_001


def test_a_few_sentences_are_one_thought() -> None:
    assert thoughts(KIND * 3) == []
    assert thoughts("短。" * 20) == []


def test_a_longer_message_is_weighed_three_sentences_at_a_time() -> None:
    text = KIND * 2 + "药我已经全吃了。" + KIND * 3
    found = [text[start:stop] for start, stop in thoughts(text)]
    assert len(found) == 4
    assert all(sentence in "".join(found) for sentence in (KIND, "药我已经全吃了。"))
    assert sum("药我已经全吃了" in each for each in found) == 3


def test_the_longest_message_has_a_bounded_number_of_thoughts() -> None:
    assert len(thoughts("好。" * 10_000)) <= 5_001


def test_a_line_of_a_long_message_is_judged_without_the_mark_at_its_end_too() -> None:
    text = f"{KIND * 20}\n药我已经全吃了。\n{KIND * 20}"
    assert {"药我已经全吃了", "药我已经全吃了。"} <= {text[start:stop] for start, stop in passages(text)}
