"""What whoever judges again is given: the same words that the machine judged, and a promise that trouble is told."""

from hotline.contacts import store as contacts
from hotline.domain.contact import Level
from hotline.domain.ports import Assessor
from hotline.domain.risk import Judgement
from hotline.flow.helpline import Helpline
from hotline.triage.readings import Judged


def words(helpline: Helpline, about: Judged) -> list[str]:
    """The seeker's messages that were judged, oldest first.

    Raises:
        SealBroken: the words or their key do not open.
        LookupError: there are none any more.

    """
    with helpline.database.read() as conn:
        said = contacts.seeker_texts(conn, helpline.keys, about.contact_id)
    texts = [message.text for message in said if about.after < message.number <= about.message_number]
    if not texts:
        raise LookupError("the words are gone")
    return texts


def ask(model: Assessor, texts: list[str], name: str) -> Judgement:
    """The model's judgement; one that raises is kept as one that did not answer, under this name."""
    try:
        return model.judge(texts)
    except Exception as trouble:  # noqa: BLE001  it is not trusted to keep its promise
        return Judgement(Level.ELEVATED, None, None, model=name, failure=f"raised {type(trouble).__name__}")
