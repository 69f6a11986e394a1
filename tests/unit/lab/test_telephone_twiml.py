"""The TwiML check: what Twilio documents passes, and every misspelling of it has a name."""

import pytest
from support.telephone_double import ANA, OURS, world_of

from hotline.lab.telephone.twiml_check import problems

SAY = "<Say>hi</Say>"
NAME = "n" * 128
ASKED = (
    'input="dtmf speech" numDigits="1" timeout="6" speechTimeout="auto" language="yue-Hant-HK" action="/a?x=1" '
    'profanityFilter="false"'
)
SEATED = (
    'muted="false" beep="false" startConferenceOnEnter="true" endConferenceOnExit="false" waitUrl="" '
    'waitMethod="POST" participantLabel="listener"'
)
TOLD = 'statusCallback="/c" statusCallbackEvent="start end join leave mute hold"'

GOOD = [
    "",
    '<Say language="cmn-CN" voice="Polly.Zhiyu-Neural">你好</Say><Hangup/>',
    '<Say language="yue-CN" voice="Polly.Hiujin-Neural">你好</Say>',
    '<Say voice="Polly.Amy-Neural" language="en-GB" loop="0">hi</Say>',
    '<Say>Slow <prosody rate="slow">words</prosody><break time="1s"/></Say>',
    '<Play loop="3">https://help.example/quiet.wav</Play>',
    '<Play digits="ww12#"/>',
    '<Pause length="4"/>',
    f'<Gather {ASKED} method="POST" actionOnEmptyResult="true">{SAY}<Pause/><Play>/q.wav</Play></Gather>',
    '<Gather finishOnKey="#" action="https://help.example/n"/>',
    '<Redirect method="POST">/next?turn=1</Redirect>',
    f'<Dial action="/after" timeLimit="7200"><Conference {SEATED} {TOLD}>{NAME}</Conference></Dial>',
    f'<Dial><Conference coach="CA{"0" * 32}">c</Conference></Dial>',
    '<Dial timeout="20" callerId="+85230000001" answerOnBridge="true"><Number url="/w">+85291234567</Number></Dial>',
    "<Dial><Client>ana-1</Client><Number>+85291234567</Number></Dial>",
    "<Dial>+85291234567</Dial>",
    '<Record action="/r" maxLength="120" timeout="5" finishOnKey="#" playBeep="true" transcribeCallback="/t"/>',
    "<Hangup/>",
    '<Reject reason="busy"/>',
]

BAD = [
    ("<Speak>hi</Speak>", "<Speak> may not stand here"),
    ("<say>hi</say>", "<say> may not stand here"),
    ("<Enqueue>q</Enqueue>", "<Enqueue> may not stand here"),
    ("words", "<Response> holds stray text"),
    (f"{SAY} words", "<Response> holds stray text"),
    ("<Say/>", "<Say> says nothing"),
    ("<Say> </Say>", "<Say> says nothing"),
    (f"<Say>{'x' * 4097}</Say>", "longer than 4096"),
    ('<Say voice="Polly.Nobody">hi</Say>', "<Say voice>"),
    ('<Say language="zz-ZZ">hi</Say>', "<Say language>"),
    ('<Say voice="Polly.Zhiyu-Neural" language="yue-CN">你好</Say>', "speaks cmn-CN"),
    ('<Say language="cmn-CN">你好</Say>', "the default voice does not speak cmn-CN"),
    ('<Say voice="woman" language="yue-CN">你好</Say>', "woman does not speak yue-CN"),
    ('<Say loop="-1">hi</Say>', "<Say loop>"),
    ('<Say colour="red">hi</Say>', "<Say> has no attribute colour"),
    ("<Say>hi <b>there</b></Say>", "<Say> may not hold <b>"),
    ("<Say>hi <Pause/></Say>", "<Say> may not hold <Pause>"),
    ("<Play/>", "plays nothing"),
    ("<Play>ftp://help.example/a.wav</Play>", "begins with ftp"),
    ("<Play>a b.wav</Play>", "white space"),
    ('<Play digits="12x"/>', "<Play digits>"),
    ('<Pause length="0"/>', "<Pause length>"),
    ('<Pause length="1.5"/>', "<Pause length>"),
    ("<Pause>3</Pause>", "<Pause> holds stray text"),
    ('<Gather timeout="0"/>', "<Gather timeout>"),
    ('<Gather timeout="soon"/>', "<Gather timeout>"),
    ('<Gather numDigits="0"/>', "<Gather numDigits>"),
    ('<Gather num_digits="1"/>', "<Gather> has no attribute num_digits"),
    ('<Gather finishOnKey="##"/>', "<Gather finishOnKey>"),
    ('<Gather input="keys"/>', "<Gather input>"),
    ('<Gather input="speech" numDigits="1"/>', "without dtmf"),
    ('<Gather language="cmn-Hans-CN"/>', "without speech"),
    ('<Gather input="speech" language="cmn-CN"/>', "<Gather language>"),
    ('<Gather input="speech" speechTimeout="0"/>', "<Gather speechTimeout>"),
    ('<Gather action="mailto:a@b.example"/>', "begins with mailto"),
    (f'<Gather action="/{"x" * 4000}"/>', "longer than 4000"),
    ('<Gather actionOnEmptyResult="yes"/>', "<Gather actionOnEmptyResult>"),
    ('<Gather method="post"/>', "<Gather method>"),
    ("<Gather><Gather/></Gather>", "<Gather> may not hold <Gather>"),
    ("<Gather><Hangup/></Gather>", "<Gather> may not hold <Hangup>"),
    ("<Gather><Say/></Gather>", "<Say> says nothing"),
    ("<Gather>words</Gather>", "<Gather> holds stray text"),
    ("<Redirect/>", "leads nowhere"),
    ("<Redirect>https:///next</Redirect>", "names no host"),
    ('<Redirect method="PUT">/n</Redirect>', "<Redirect method>"),
    ("<Dial/>", "dials nobody"),
    ("<Dial>12345</Dial>", "is no number"),
    ("<Dial><Say>hi</Say></Dial>", "<Dial> may not hold <Say>"),
    ("<Dial><Conference/></Dial>", "has no name"),
    (f"<Dial><Conference>{NAME}n</Conference></Dial>", "longer than 128"),
    ("<Dial><Conference>a</Conference><Number>+85291234567</Number></Dial>", "may hold nothing else"),
    ('<Dial><Conference statusCallback="/c">a</Conference></Dial>', "without statusCallbackEvent"),
    ('<Dial><Conference statusCallbackEvent="begin">a</Conference></Dial>', "'begin' is unknown"),
    ('<Dial><Conference statusCallbackEvent="start,end">a</Conference></Dial>', "'start,end' is unknown"),
    ('<Dial><Conference muted="True">a</Conference></Dial>', "<Conference muted>"),
    ('<Dial><Conference coach="nobody">a</Conference></Dial>', "<Conference coach>"),
    ('<Dial><Conference maxParticipants="1">a</Conference></Dial>', "<Conference maxParticipants>"),
    ('<Dial><Conference record="always">a</Conference></Dial>', "<Conference record>"),
    (f'<Dial><Conference participantLabel="{"x" * 129}">a</Conference></Dial>', "<Conference participantLabel>"),
    ("<Dial><Number>012</Number></Dial>", "is no number"),
    ('<Dial><Number statusCallbackEvent="join">+85291234567</Number></Dial>', "'join' is unknown"),
    ("<Dial><Client>two words</Client></Dial>", "no identity"),
    ('<Dial timeout="4">+85291234567</Dial>', "<Dial timeout>"),
    ('<Dial callerId="me">+85291234567</Dial>', "<Dial callerId>"),
    (f"<Dial>{'<Client>a</Client>' * 11}</Dial>", "at most ten"),
    ('<Record maxLength="0"/>', "<Record maxLength>"),
    ('<Record transcribe="true"/>', "maxLength between 2 and 120"),
    ('<Record finishOnKey="a"/>', "<Record finishOnKey>"),
    ('<Hangup reason="done"/>', "<Hangup> has no attribute reason"),
    ('<Reject reason="tired"/>', "<Reject reason>"),
    (f"{SAY}<Reject/>", "must be the first verb"),
    ("<Message>hi</Message>", "<Message> may not stand here"),
]


@pytest.mark.parametrize("body", GOOD)
def test_what_twilio_documents_is_sound(body: str) -> None:
    assert problems(f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>') == []


@pytest.mark.parametrize(("body", "named"), BAD)
def test_what_twilio_would_stumble_over_is_named(body: str, named: str) -> None:
    found = problems(f"<Response>{body}</Response>")
    assert any(named in one for one in found), found


@pytest.mark.parametrize(
    ("xml", "named"),
    [
        ("", "not XML"),
        ("<Response><Say>hi</Response>", "not XML"),
        ("<Response/><Response/>", "not XML"),
        ("<Reply/>", "the root is <Reply>"),
        ('<Response version="1"/>', "<Response> has no attribute version"),
        ('<!DOCTYPE r [<!ENTITY a "b">]><Response/>', "a document type is not allowed"),
        (f"<Response><!--{'x' * 70000}--></Response>", "larger than"),
        ("<Response><Say>\x00</Say></Response>", "not XML"),
    ],
)
def test_what_is_no_document_is_named(xml: str, named: str) -> None:
    assert any(named in one for one in problems(xml))


@pytest.mark.parametrize("verb", ["<Gather/>", "<Dial>+85291234567</Dial>", "<Hangup/>", "<Record/>"])
def test_one_who_waits_in_a_conference_can_only_listen(verb: str) -> None:
    assert problems(f"<Response>{verb}</Response>", "wait")
    assert problems("<Response><Say>wait</Say><Pause/><Redirect>/w</Redirect></Response>", "wait") == []


def test_the_answer_to_a_text_has_its_own_verbs() -> None:
    assert problems("<Response><Message><Body>hi</Body></Message></Response>", "message") == []
    assert problems("<Response><Message/></Response>", "message") == ["<Message> is empty"]
    assert problems(f"<Response>{SAY}</Response>", "message") == ["<Say> may not stand here"]


def test_a_call_whose_document_has_a_problem_falls_back() -> None:
    world, _ = world_of({"/voice": '<Say colour="red">hi</Say>'})
    caller = world.dial(ANA, OURS)
    assert "hi" not in caller.words
    assert (world.errors[0].code, world.errors[0].sentence) == (12200, "<Say> has no attribute colour")
