"""A text that leaves the house points to nobody; words that only look like names stay words."""

import pytest

from hotline.contacts.masking import Masker
from hotline.settings import Settings

CANARIES = [
    ("我叫王小明，今年17岁", ["王小明", "小明"]),
    ("我是陈思远，我老师叫李国栋", ["陈思远", "思远", "李国栋", "国栋"]),
    ("张伟昨晚打我，周老师也不管", ["张伟", "周老师"]),
    ("欧阳娜娜是我同桌，小李和阿强都知道", ["欧阳", "娜娜", "小李", "阿强"]),
    ("我係黃嘉欣，佢叫阿Ken，陳生住我樓上", ["黃嘉欣", "嘉欣", "Ken", "陳生"]),
    ("我老公劉志偉飲醉就打我", ["劉志偉", "志偉"]),
    ("打我电话13812345678或者138 1234 5678", ["13812345678", "1234"]),
    ("我電話係6123-4567，身份證A123456(7)", ["6123", "4567", "A123456"]),
    ("身份证号31010419990307123X，生日1999年3月7日", ["310104", "123X", "1999", "3月7日"]),
    ("号码是一三八零零一三八零零零", ["一三八零"]),
    ("加我微信 xiao_ming88，QQ：123456", ["xiao_ming88", "123456"]),
    ("我住在浦东新区张杨路500弄3号楼602室", ["浦东", "张杨路", "500弄", "602"]),
    ("我喺旺角彌敦道688號12樓A室", ["旺角", "彌敦道", "688"]),
    ("北京大学的宿舍，复旦附中毕业", ["北京", "复旦附中"]),
    ("看我博客 https://ming.example.com/a?b=1 或 ming99.com", ["ming.example", "ming99"]),
    ("邮箱 wang.xm+1@163.com", ["wang", "163"]),
    ("李明说小红和小強都看见了，林強也在", ["李明", "小红", "小強", "林強"]),
    ("my name is siobhan and my ex is Declan", ["siobhan", "Declan"]),
    ("John hit me again. My boss Mr Okafor knows", ["John", "Okafor"]),
    ("sarah from school keeps texting kevin's brother", ["sarah", "kevin"]),
    ("I live at 42 Wellington Road, flat 3, SW1A 2AA", ["42", "Wellington", "flat 3", "2AA"]),
    ("near kings road in Manchester, call me on +44 7700 900123", ["kings", "Manchester", "7700", "900123"]),
    ("born 12 March 2004, or 12/03/2004", ["12 March", "2004", "12/03"]),
    ("my number is oh seven seven double zero nine", ["oh seven seven"]),
    ("find me @sad_kid_07 or insta: sadkid.07", ["sad_kid", "sadkid"]),
    ("mail me: j.doe@mail.co.uk, passport K12345678", ["j.doe", "K12345678"]),
    ("我叫思雨，住幸福小区，皇后大道中99号", ["思雨", "幸福", "皇后", "99"]),
    ("微信是小熊猫，或者加我q 88123", ["小熊猫", "88123"]),
    ("i am siobhan, write to siob at gmail dot com", ["siobhan", "siob at", "gmail"]),
    ("我１３８１２３４５６７８ 叫 王\u200b小\u200b明", ["１３８", "138123", "王\u200b小", "王小明"]),
]
WORDS = [
    "我今晚就想死，谢谢你听我说",
    "我不高兴，也许明天会好，上课的时候很紧张",
    "周末我要考数学，老师说马上开始",
    "药我都吃完了，感谢你，如何是好",
    "我17岁，凌晨3点，吃了30颗",
    "由于关系，任何人都不知道我多难过",
    "I took 30 pills an hour ago and I'm scared",
    "mum called me worthless. Please help, I want to die",
    "my stepdad is outside my room. He said it's my turn",
    "我老公又打我，孙子在哭，许多次了",
    "有冇人喺度，我好攰，多謝你",
    "我叫救护车了，我叫他别走，我叫天天不应",
    "I looked at the dot on the wall",
    "I walked down the road to the bridge",
]


@pytest.fixture(scope="module")
def masker() -> Masker:
    return Masker.from_lists(Settings.load({}).policy_values("masking"))


@pytest.mark.parametrize(("said", "secrets"), CANARIES, ids=range(len(CANARIES)))
def test_nothing_that_points_to_somebody_survives(masker: Masker, said: str, secrets: list[str]) -> None:
    left = masker.mask(said)
    assert [secret for secret in secrets if secret in left] == [], left


@pytest.mark.parametrize("said", WORDS)
def test_what_is_nobodys_name_stays(masker: Masker, said: str) -> None:
    assert masker.mask(said).replace("，", ",") == said.replace("，", ",")


def test_masking_again_changes_nothing(masker: Masker) -> None:
    once = [masker.mask(said) for said, _ in CANARIES]
    assert [masker.mask(said) for said in once] == once
