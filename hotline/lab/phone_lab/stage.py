"""Sets the stage for a rehearsal by telephone: our lines, and demo people who take calls on telephones of their own.

Every number is one of those kept free for stories (+1 202 555 01xx), so that none of them can ever ring anywhere.
"""

import json
from dataclasses import replace
from pathlib import Path

from hotline.domain.contact import Channel, Language, Region
from hotline.domain.phone import CallsBy
from hotline.flow import enrol, sign_in
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.lab.phone_lab.view import Cast
from hotline.lab.telephone.world import World
from hotline.routing import offers
from hotline.routing.offers import Skills
from hotline.storage import phone_lines

LINES = (
    ("+12025550101", Language.EN, Region.HONG_KONG, "English line"),
    ("+12025550102", Language.ZH_HANS, Region.MAINLAND, "普通话热线"),
    ("+12025550103", Language.ZH_HANT, Region.HONG_KONG, "廣東話熱線"),
)
LISTENERS = {
    "demo-volunteer": "+12025550111",
    "demo-crisis": "+12025550112",
    "demo-clinician": "+12025550113",
    "demo-supervisor": "+12025550114",
}
"""Login of a demo person → their telephone."""
CALLERS = {"+12025550121": "Ana", "+12025550122": "小雨", "+12025550123": "阿明"}
FROM_NUMBER = LINES[0][0]
_BY = "phone-lab"


def set_stage(helpline: Helpline) -> Cast:
    """Write lines and telephones into the rehearsal's database where they are not yet; gives who plays."""
    with UnitOfWork(helpline) as unit:
        known = {(line.channel, line.number) for line in phone_lines.lines(unit.conn)}
        for number, language, region, _ in LINES:
            for channel in (Channel.VOICE, Channel.SMS, Channel.WHATSAPP):
                if (channel, number) not in known:
                    phone_lines.add(
                        unit.conn,
                        channel=channel,
                        number=number,
                        language=language,
                        region=region,
                        by=_BY,
                        now=unit.now,
                    )
        unit.commit()
    names = CALLERS | {number: name for number, _, _, name in LINES} | _give_telephones(helpline)
    return Cast(names, list(CALLERS), list(LISTENERS.values()))


def _give_telephones(helpline: Helpline) -> dict[str, str]:
    """Give each demo listener a telephone and let them take calls on it; gives number → name."""
    names = {}
    for person in enrol.list_people(helpline):
        number = LISTENERS.get(person.login)
        if number is None:
            continue
        sign_in.set_phone(helpline, person, number)
        with UnitOfWork(helpline) as unit:
            said = offers.skills_of(unit.conn, [person.id]).get(person.id, Skills())
            offers.keep_skills(unit.conn, person.id, replace(said, calls_by=CallsBy.PHONE))
            unit.commit()
        names[number] = person.alias
    return names


def connect(world: World, public_url: str) -> None:
    """Enter our webhooks at the double, as an operator does at the real company."""
    for number, *_ in LINES:
        world.own_number(
            number,
            voice=f"{public_url}/twilio/voice/incoming",
            status_callback=f"{public_url}/twilio/voice/events",
            sms=f"{public_url}/twilio/sms/incoming",
        )


def passwords(path: Path) -> dict[str, str]:
    """Login → password of the demo people, from the file their making left."""
    return {one["login"]: one["password"] for one in json.loads(path.read_text("utf-8"))}
