"""Money: integer minor units and an ISO 4217 currency. No float, anywhere."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, localcontext
from functools import cache
from types import MappingProxyType

from attrs import frozen

from crm.errors import N_, InvalidInput, Problem, problem
from crm.refusals import no_currency, wrong_type
from crm.values.written.numbers import NUMBER, pointed, with_digits
from crm.values.written.simplified import SIMPLIFIED

#: Active ISO 4217 currencies whose minor unit is not two digits (ISO 4217:2015, table A.1).
_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
#: Active ISO 4217 currencies with two digits.
_TWO_DIGITS = frozenset(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY"
    " COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF"
    " IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR"
    " MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG"
    " SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST"
    " XCD YER ZAR ZMW ZWG".split()
)
#: Those currencies by their number of digits.
EXPONENTS: Mapping[int, tuple[str, ...]] = MappingProxyType(
    {
        digits: tuple(code for code, own in _EXPONENTS.items() if own == digits)
        for digits in sorted({*_EXPONENTS.values()})
    }
)
CURRENCIES = frozenset(_EXPONENTS) | _TWO_DIGITS

#: The maximum amount; a BIGINT can still store the sum of nine thousand of them.
MAX_MINOR = 10**13 * 100

_THREE = 3
#: The maximum length of an amount as text.
_LONGEST = 60

#: Currencies that tables of rates have: their Chinese names, as columns of SAFE's table, other editions of it, and
#: people write them; and their English names in the singular.
_NAMED = """
USD|美元 美圆 美金 美刀|dollar, US dollar, U.S. dollar, American dollar
CNY|元 圆 块 块钱 人民币 人民币元 元人民币|yuan, renminbi, Chinese yuan
EUR|欧元|euro
JPY|日元 日圆 日币 円|yen, Japanese yen
HKD|港元 港币 港纸|Hong Kong dollar, HK dollar
GBP|英镑|pound sterling, British pound, UK pound
AUD|澳元 澳大利亚元 澳洲元 澳币|Australian dollar
NZD|新西兰元 纽元 纽币|New Zealand dollar
SGD|新加坡元 新元 新币 坡币|Singapore dollar
CHF|瑞士法郎 瑞郎|Swiss franc
CAD|加元 加拿大元 加币|Canadian dollar
MOP|澳门元 澳门币|pataca, Macau pataca, Macanese pataca
MYR|林吉特 马来西亚林吉特 令吉 马币|ringgit, Malaysian ringgit
RUB|卢布 俄罗斯卢布|ruble, rouble, Russian ruble, Russian rouble
ZAR|兰特 南非兰特|rand, South African rand
KRW|韩元 韩圆 韩币|won, Korean won, South Korean won
AED|阿联酋迪拉姆|UAE dirham, Emirati dirham
SAR|沙特里亚尔|Saudi riyal
HUF|福林 匈牙利福林|forint, Hungarian forint
PLN|兹罗提 波兰兹罗提|zloty, Polish zloty
DKK|丹麦克朗|Danish krone, Danish kroner
SEK|瑞典克朗|Swedish krona, Swedish kronor
NOK|挪威克朗|Norwegian krone, Norwegian kroner
TRY|里拉 土耳其里拉|lira, Turkish lira
MXN|墨西哥比索|Mexican peso
THB|泰铢|baht, Thai baht
TWD|新台币 台币|Taiwan dollar, New Taiwan dollar, NT dollar
INR|印度卢比|Indian rupee
IDR|印尼盾 印尼卢比|rupiah, Indonesian rupiah
VND|越南盾|dong, Vietnamese dong
PHP|菲律宾比索|Philippine peso
BRL|巴西雷亚尔|Brazilian real, Brazilian reais
CZK|捷克克朗|Czech koruna
ILS|以色列谢克尔 新谢克尔|shekel, Israeli shekel, Israeli new shekel
ISK|冰岛克朗|Icelandic krona
RON|罗马尼亚列伊|Romanian leu, Romanian lei
"""
#: What columns of SAFE's table call a currency that shares its name with others in an amount.
_IN_TABLES = {"迪拉姆": "AED", "里亚尔": "SAR", "比索": "MXN"}


def _named() -> tuple[dict[str, str], dict[str, str]]:
    """Return the currencies by their Chinese names, and by their English ones in capitals, singular and plural."""
    chinese, english = dict[str, str](), dict[str, str]()
    for line in filter(None, _NAMED.split("\n")):
        code, here, there = line.split("|")
        chinese |= dict.fromkeys(here.split(), code)
        english |= {form.upper(): code for name in there.split(", ") for form in (name, f"{name}s")}
    return chinese, english


_CHINESE, _ENGLISH = _named()
#: The Chinese names of currencies, as tables of rates write them.
NAMES: Mapping[str, str] = MappingProxyType(_CHINESE | _IN_TABLES)
#: Signs and abbreviations of currencies, in capitals.
_SIGNS = dict(
    sign.split("=")
    for sign in (
        "$=USD US$=USD €=EUR £=GBP RMB=CNY CN¥=CNY JP¥=JPY HK$=HKD NT$=TWD MOP$=MOP S$=SGD SG$=SGD A$=AUD AU$=AUD C$=CAD"
        " CA$=CAD NZ$=NZD R$=BRL ₩=KRW ₽=RUB ₹=INR ฿=THB ₫=VND ₺=TRY ₪=ILS ₱=PHP ZŁ=PLN KČ=CZK RM=MYR RP=IDR"
    ).split()
)
_ALIASES = {
    **_CHINESE,
    **_ENGLISH,
    **_SIGNS,
}
#: What several currencies are called in an amount.
_SEVERAL = {
    "¥": "CNY, JPY",
    **dict.fromkeys(("比索", "PESO", "PESOS"), "MXN, PHP, ARS, CLP, COP"),
    **dict.fromkeys(("卢比", "RUPEE", "RUPEES"), "INR, IDR, PKR, LKR, NPR"),
    **dict.fromkeys(("克朗", "KR", "KRONA", "KRONE", "KRONOR", "KRONER"), "SEK, NOK, DKK, CZK, ISK"),
    **dict.fromkeys(("法郎", "FRANC", "FRANCS"), "CHF, XAF, XOF"),
    **dict.fromkeys(("里亚尔", "RIYAL", "RIYALS"), "SAR, QAR, OMR, IRR"),
    **dict.fromkeys(("迪拉姆", "DIRHAM", "DIRHAMS"), "AED, MAD"),
    **dict.fromkeys(("镑", "POUND", "POUNDS"), "GBP, EGP, LBP"),
}
_SCALES = {
    "": 1,
    "万": 10**4,
    "萬": 10**4,
    "百万": 10**6,
    "千万": 10**7,
    "千": 10**3,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
    "亿": 10**8,
    "億": 10**8,
    "k": 10**3,
    "thousand": 10**3,
    "ten thousand": 10**4,
    "ten million": 10**7,
    "hundred million": 10**8,
    "ten billion": 10**10,
    "hundred billion": 10**11,
    "trillion": 10**12,
    "m": 10**6,
    "mn": 10**6,
    "mm": 10**6,
    "mio": 10**6,
    "mrd": 10**9,
    "million": 10**6,
    "bn": 10**9,
    "billion": 10**9,
}
_NUMBER = rf"(?P<sign>[-+]?)(?P<number>{NUMBER})"


@cache
def _forms(*, by_name: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the two forms of an amount, the currency behind the number and before it.

    Those with every name take long to compile, and most amounts have a code.
    """
    scale = (
        "(?:(?P<scale>"
        + "|".join(scale.replace(" ", r"\s+") for scale in sorted(filter(None, _SCALES), key=len, reverse=True))
        + r")\.?)?"
    )
    names = sorted({*_ALIASES, *_SEVERAL}, key=len, reverse=True) if by_name else ()
    known = ("[A-Za-z]{3}", *(re.escape(name).replace(r"\ ", r"\s+") for name in names))
    currency = f"(?P<currency>{'|'.join(known)})"
    return (
        re.compile(rf"{_NUMBER}\s*{scale}\s*{currency}整?", re.IGNORECASE),
        re.compile(rf"{currency}\s*{_NUMBER}\s*{scale}(?:[元圆]整?)?", re.IGNORECASE),
    )


#: The longer dash that word processors write for a minus.
_MINUS = str.maketrans("−–", "--")


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_LONGEST]).strip().translate(_MINUS)


def _matched(plain: str) -> re.Match[str] | None:
    """Return the parts of an amount, as it is written or in simplified characters; None if it is none.

    Raises:
        InvalidInput: Its number can be read in two ways.
    """
    for text in dict.fromkeys((plain, plain.translate(SIMPLIFIED))):
        written = with_digits(text)
        for by_name in (False, True):
            for form in _forms(by_name=by_name):
                if match := form.fullmatch(written):
                    return match
    return None


def _scale(match: re.Match[str]) -> str:
    return " ".join((match["scale"] or "").lower().split())


def scale_of(text: str) -> int:
    """Return what the number in an amount is multiplied by: 100,000,000 in ``3.45亿美元``; 1 without a scale."""
    try:
        match = _matched(_normal(text))
    except InvalidInput:
        match = None
    return 1 if match is None else _SCALES[_scale(match)]


def exponent(currency: str) -> int:
    """Return the number of minor digits of an ISO 4217 currency: JPY 0, USD 2, KWD 3."""
    return _EXPONENTS.get(currency, 2)


@frozen(order=False)
class Money:
    """An amount.

    Attributes:
        minor: Integer minor units: cents of USD, yen of JPY.
        currency: ISO 4217 code.
    """

    minor: int
    currency: str

    def __attrs_post_init__(self) -> None:
        """Refuse what is no amount of a currency."""
        if isinstance(self.minor, bool) or not isinstance(self.minor, int):
            raise InvalidInput(
                wrong_type(
                    N_("An amount must be a whole number of minor units, not {kind}."),
                    self.minor,
                    N_('Pass an integer, or text such as "20000000 USD".'),
                )
            )
        if str(self.currency) not in CURRENCIES:
            raise InvalidInput(_unknown_currency(self.currency))
        if abs(self.minor) > MAX_MINOR:
            raise InvalidInput(problem(N_("The amount is too large."), N_("Check the zeros."), code="too_large"))

    @property
    def major(self) -> Decimal:
        """The amount in whole units, exactly: Money(1250, "USD").major is Decimal("12.50")."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        """Return the amount with thousands and its code: ``20,000,000.00 USD``."""
        return f"{self.major:,.{exponent(self.currency)}f} {self.currency}"

    def __neg__(self) -> Money:
        """Return the reversing amount."""
        return Money(-self.minor, self.currency)

    def __add__(self, other: Money) -> Money:
        """Add an amount of the same currency."""
        if other.currency != self.currency:
            raise InvalidInput(
                problem(
                    N_("{one} and {other} cannot be added up without a rate."),
                    N_("Convert one of them first."),
                    code="currency",
                    one=self.currency,
                    other=other.currency,
                )
            )
        return Money(self.minor + other.minor, self.currency)

    @classmethod
    def parse(cls, text: object) -> Money:
        """Read what a person types: ``20000000 USD``, ``US$3.2bn``, ``2000万 USD``, ``1.5亿元``, ``EUR 12,500.50``.

        Also ``1.000.000,50 EUR``, ``三百万美元``, ``3亿4500万元`` and ``人民币叁佰万元整``.

        Raises:
            InvalidInput: It is not an amount, has no currency, has more digits than the currency, or is ambiguous.
        """
        if not isinstance(text, str):
            raise InvalidInput(
                wrong_type(
                    N_("An amount must be text or Money, not {kind}."), text, N_('Write it like "20000000 USD".')
                )
            )
        match = None if len(text) >= _LONGEST else _matched(_normal(text))
        code = "" if match is None else " ".join(match["currency"].upper().split())
        code = _ALIASES.get(code, code)
        # A point before three digits may separate thousands, unless a scale follows or the currency has three digits.
        doubtful = "" if match is None or match["scale"] or exponent(code) == _THREE else "."
        number = None if match is None else pointed(match["number"], doubtful=doubtful)
        if match is None or number is None:
            raise InvalidInput(
                problem(
                    N_('"{text}" is not an amount with a currency.'),
                    N_('Write it like "20000000 USD" or "2000万 USD".'),
                    code="amount",
                    text=text[:60],
                )
            )
        if code in _SEVERAL:
            raise InvalidInput(
                problem(
                    N_('"{name}" may be {codes}.'),
                    N_("Write the code of the currency."),
                    code="currencies",
                    name=code,
                    codes=_SEVERAL[code],
                )
            )
        if code not in CURRENCIES:
            raise InvalidInput(_unknown_currency(code))
        with localcontext(prec=2 * _LONGEST):
            amount = Decimal(match["sign"] + number) * _SCALES[_scale(match)]
            minor = amount.scaleb(exponent(code))
        if minor != minor.to_integral_value():
            raise InvalidInput(
                problem(
                    N_('{currency} has {digits} decimal digits; "{text}" has more.'),
                    N_("Round it as in the document."),
                    code="digits",
                    currency=code,
                    digits=exponent(code),
                    text=text[:60],
                )
            )
        return cls(int(minor), code)


def _unknown_currency(code: str) -> Problem:
    return no_currency(str(code)[:12])


def as_money(value: object) -> Money:
    """Return *value* as Money, reading text."""
    return value if isinstance(value, Money) else Money.parse(value)
