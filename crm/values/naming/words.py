"""The legal forms that names carry. Data; more can be added, see :mod:`crm.values.naming.places` for places."""

from __future__ import annotations

from typing import Final

#: A short code for each legal form, with its spellings; those with a space are words, and punctuation does not count.
FORMS: Final[dict[str, str]] = {
    "cn.llc": "有限公司 有限责任公司",
    "cn.jsc": "股份有限公司 股份公司",
    "cn.co": "公司 总公司",
    "cn.lp": "有限合伙 有限合伙企业",
    "cn.gp": "普通合伙 普通合伙企业 特殊普通合伙",
    "jp.kk": "株式会社",
    "jp.gk": "合同会社",
    "jp.yk": "有限会社",
    "jp.goshi": "合資会社",
    "jp.gomei": "合名会社",
    "jp.isha": "一般社団法人",
    "jp.psha": "公益社団法人",
    "jp.izai": "一般財団法人",
    "jp.pzai": "公益財団法人",
    "kr.chusik": "주식회사",
    "kr.yuhan": "유한회사",
    "kr.yuhan_chaegim": "유한책임회사",
    "kr.hapja": "합자회사",
    "kr.hapmyeong": "합명회사",
}
#: Forms that stand before a name as well as behind it.
LEADING: Final = frozenset(code for code in FORMS if code[:2] in {"jp", "kr"})
#: Forms shortened to what stands in brackets, such as ㈱, (株), (주), （有限合伙）.
BRACKETED: Final[dict[str, str]] = {
    "株": "jp.kk",
    "有": "jp.yk",
    "同": "jp.gk",
    "資": "jp.goshi",
    "名": "jp.gomei",
    "社": "jp.isha",
    "財": "jp.izai",
    "一社": "jp.isha",
    "公社": "jp.psha",
    "一財": "jp.izai",
    "公財": "jp.pzai",
    "주": "kr.chusik",
    "유": "kr.yuhan",
    "합": "kr.hapja",
}
#: The same for words: each spelling is separated from the next by a comma; dots and ampersands do not count.
WORDS: Final[dict[str, str]] = {
    "de.gmbh_co_kg": "gmbh co kg, gmbh co kommanditgesellschaft, mbh co kg",
    "de.gmbh_co_ohg": "gmbh co ohg",
    "de.gmbh_co_kgaa": "gmbh co kgaa",
    "de.ag_co_kgaa": "ag co kgaa",
    "de.ag_co_kg": "ag co kg",
    "de.se_co_kg": "se co kg",
    "de.se_co_kgaa": "se co kgaa",
    "de.ug_co_kg": "ug co kg, ug haftungsbeschränkt co kg",
    "de.gmbh": "gmbh, g m b h, gesellschaft mit beschränkter haftung, mbh",
    "de.ggmbh": "ggmbh",
    "de.ug": "ug, ug haftungsbeschränkt",
    "de.ag": "ag, a g, aktiengesellschaft",
    "eu.se": "se, s e",
    "de.kgaa": "kgaa, k g a a",
    "de.kg": "kg, k g, co kg, kommanditgesellschaft",
    "de.ohg": "ohg, co ohg",
    "de.gbr": "gbr",
    "de.ek": "e k",
    "de.ev": "ev, e v, eingetragener verein",
    "de.eg": "eg, e g",
    "en.inc": "inc, incorporated, co inc",
    "en.corp": "corp, corporation",
    "en.ltd": "ltd, limited, co ltd, co limited, company ltd, company limited",
    "en.corp_ltd": "corp ltd, corporation ltd, corporation limited, corp limited",
    "en.llc": "llc, l l c, co llc, limited liability company",
    "en.llp": "llp, l l p, limited liability partnership",
    "en.lp": "lp, l p, limited partnership",
    "en.plc": "plc, p l c, public limited company",
    "en.co": "co, company",
    "sg.pte_ltd": "pte ltd, pte limited, private limited, pte",
    "in.pvt_ltd": "pvt ltd, pvt limited",
    "my.sdn_bhd": "sdn bhd",
    "my.bhd": "bhd, berhad",
    "au.pty_ltd": "pty ltd, pty limited",
    "jp.kk": "kk, k k, kabushiki kaisha, kabushiki gaisha",
    "jp.gk": "godo kaisha, g k",
    "jp.yk": "yugen kaisha, y k",
    "kr.chusik": "chusik hoesa, jusik hoesa",
    "cn.jsc": "joint stock co ltd, joint stock company limited",
    "fr.sa": "s a, sa",
    "fr.sas": "s a s, sas",
    "fr.sarl": "sarl, s a r l, s à r l, sàrl",
    "it.spa": "s p a",
    "it.srl": "srl, s r l",
    "nl.bv": "bv, b v",
    "nl.nv": "nv, n v",
    "se.ab": "ab",
    "fi.oy": "oy",
    "fi.oyj": "oyj",
    "dk.as": "a s",
    "no.asa": "asa",
}
#: Word forms that stand before a name.
LEADING_WORDS: Final = frozenset({"kabushiki kaisha", "kabushiki gaisha", "godo kaisha", "yugen kaisha"})
#: Generic words for a company, without a legal form.
UNSPECIFIC: Final = frozenset({"cn.co", "en.co"})


def _joined(spelling: str) -> str:
    """Return separate letters, s a r l, joined into one word."""
    return spelling.replace(" ", "") if all(len(word) == 1 for word in spelling.split()) else spelling


#: The Latin words that are a form by themselves, or a part of one that is not a word besides.
FORM_WORDS: Final = frozenset(
    joined
    for spellings in WORDS.values()
    for joined in map(_joined, spellings.split(", "))
    if joined.isalpha() and len(joined) > 1
) | {"pty", "pvt", "sdn"}
