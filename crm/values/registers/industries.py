"""Sections and divisions of GB/T 4754-2017 (国民经济行业分类): codes and names. Groups and classes are loaded by users.

The names in English follow the National Bureau of Statistics' usage, or ISIC Rev. 4, on which the standard draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from crm.values.text import comparison_key


@frozen
class IndustryName:
    """An industry.

    Attributes:
        code: With its section letter: C, C36.
        name: Chinese name.
        name_en: English name.
    """

    code: str
    name: str
    name_en: str


_SECTIONS = """
A|农、林、牧、渔业|Agriculture, forestry, animal husbandry and fishery
B|采矿业|Mining
C|制造业|Manufacturing
D|电力、热力、燃气及水生产和供应业|Production and supply of electricity, heat, gas and water
E|建筑业|Construction
F|批发和零售业|Wholesale and retail trade
G|交通运输、仓储和邮政业|Transport, storage and post
H|住宿和餐饮业|Accommodation and catering
I|信息传输、软件和信息技术服务业|Information transmission, software and information technology
J|金融业|Finance
K|房地产业|Real estate
L|租赁和商务服务业|Leasing and business services
M|科学研究和技术服务业|Scientific research and technical services
N|水利、环境和公共设施管理业|Water conservancy, environment and public facilities
O|居民服务、修理和其他服务业|Resident services, repair and other services
P|教育|Education
Q|卫生和社会工作|Health and social work
R|文化、体育和娱乐业|Culture, sports and entertainment
S|公共管理、社会保障和社会组织|Public administration, social security and social organisations
T|国际组织|International organisations
"""
_DIVISIONS = """
A01|农业|Agriculture
A02|林业|Forestry
A03|畜牧业|Animal husbandry
A04|渔业|Fishery
A05|农、林、牧、渔专业及辅助性活动|Support activities for agriculture, forestry, animal husbandry and fishery
B06|煤炭开采和洗选业|Mining and washing of coal
B07|石油和天然气开采业|Extraction of petroleum and natural gas
B08|黑色金属矿采选业|Mining and processing of ferrous metal ores
B09|有色金属矿采选业|Mining and processing of non-ferrous metal ores
B10|非金属矿采选业|Mining and processing of non-metal ores
B11|开采专业及辅助性活动|Support activities for mining
B12|其他采矿业|Other mining
C13|农副食品加工业|Processing of food from agricultural products
C14|食品制造业|Manufacture of foods
C15|酒、饮料和精制茶制造业|Manufacture of liquor, beverages and refined tea
C16|烟草制品业|Manufacture of tobacco
C17|纺织业|Manufacture of textiles
C18|纺织服装、服饰业|Manufacture of textile wearing apparel and accessories
C19|皮革、毛皮、羽毛及其制品和制鞋业|Manufacture of leather, fur, feather and their products, and footwear
C20|木材加工和木、竹、藤、棕、草制品业|Processing of timber; products of wood, bamboo, rattan, palm and straw
C21|家具制造业|Manufacture of furniture
C22|造纸和纸制品业|Manufacture of paper and paper products
C23|印刷和记录媒介复制业|Printing and reproduction of recording media
C24|文教、工美、体育和娱乐用品制造业|Manufacture of articles for culture, education, arts and crafts, sport and entertainment
C25|石油、煤炭及其他燃料加工业|Processing of petroleum, coal and other fuels
C26|化学原料和化学制品制造业|Manufacture of chemical raw materials and chemical products
C27|医药制造业|Manufacture of medicines
C28|化学纤维制造业|Manufacture of chemical fibres
C29|橡胶和塑料制品业|Manufacture of rubber and plastics products
C30|非金属矿物制品业|Manufacture of non-metallic mineral products
C31|黑色金属冶炼和压延加工业|Smelting and pressing of ferrous metals
C32|有色金属冶炼和压延加工业|Smelting and pressing of non-ferrous metals
C33|金属制品业|Manufacture of metal products
C34|通用设备制造业|Manufacture of general-purpose machinery
C35|专用设备制造业|Manufacture of special-purpose machinery
C36|汽车制造业|Manufacture of automobiles
C37|铁路、船舶、航空航天和其他运输设备制造业|Manufacture of railway, ship, aerospace and other transport equipment
C38|电气机械和器材制造业|Manufacture of electrical machinery and apparatus
C39|计算机、通信和其他电子设备制造业|Manufacture of computers, communication and other electronic equipment
C40|仪器仪表制造业|Manufacture of measuring instruments
C41|其他制造业|Other manufacture
C42|废弃资源综合利用业|Utilisation of waste resources
C43|金属制品、机械和设备修理业|Repair of metal products, machinery and equipment
D44|电力、热力生产和供应业|Production and supply of electric power and heat
D45|燃气生产和供应业|Production and supply of gas
D46|水的生产和供应业|Production and supply of water
E47|房屋建筑业|Construction of buildings
E48|土木工程建筑业|Civil engineering
E49|建筑安装业|Building installation
E50|建筑装饰、装修和其他建筑业|Building decoration, fitting out and other construction
F51|批发业|Wholesale
F52|零售业|Retail
G53|铁路运输业|Railway transport
G54|道路运输业|Road transport
G55|水上运输业|Water transport
G56|航空运输业|Air transport
G57|管道运输业|Transport via pipelines
G58|多式联运和运输代理业|Multimodal transport and forwarding
G59|装卸搬运和仓储业|Loading, unloading and storage
G60|邮政业|Post
H61|住宿业|Accommodation
H62|餐饮业|Catering
I63|电信、广播电视和卫星传输服务|Telecommunications, broadcasting, television and satellite transmission
I64|互联网和相关服务|Internet and related services
I65|软件和信息技术服务业|Software and information technology services
J66|货币金融服务|Monetary and financial services
J67|资本市场服务|Capital market services
J68|保险业|Insurance
J69|其他金融业|Other finance
K70|房地产业|Real estate
L71|租赁业|Leasing
L72|商务服务业|Business services
M73|研究和试验发展|Research and experimental development
M74|专业技术服务业|Professional technical services
M75|科技推广和应用服务业|Promotion and application of science and technology
N76|水利管理业|Management of water conservancy
N77|生态保护和环境治理业|Ecological protection and environmental governance
N78|公共设施管理业|Management of public facilities
N79|土地管理业|Land management
O80|居民服务业|Resident services
O81|机动车、电子产品和日用产品修理业|Repair of motor vehicles, electronics and household goods
O82|其他服务业|Other services
P83|教育|Education
Q84|卫生|Health
Q85|社会工作|Social work
R86|新闻和出版业|Journalism and publishing
R87|广播、电视、电影和录音制作业|Broadcasting, television, film and sound recording
R88|文化艺术业|Culture and art
R89|体育|Sports
R90|娱乐业|Entertainment
S91|中国共产党机关|Organs of the Communist Party of China
S92|国家机构|State institutions
S93|人民政协、民主党派|The People's Political Consultative Conference and the democratic parties
S94|社会保障|Social security
S95|群众团体、社会团体和其他成员组织|Mass, social and other membership organisations
S96|基层群众自治组织及其他组织|Grass-roots self-governing and other organisations
T97|国际组织|International organisations
"""


def _table(text: str) -> Mapping[str, IndustryName]:
    rows = (IndustryName(*line.split("|")) for line in text.split("\n") if line)
    return MappingProxyType({row.code: row for row in rows})


SECTIONS, DIVISIONS = _table(_SECTIONS), _table(_DIVISIONS)
#: A code up to here is a section or a division, which the library knows; beyond, a group or a class.
DIVISION_LENGTH = 3


def shipped(code: str) -> IndustryName | None:
    """Return the section or division a code is, or lies in; None for what is no code."""
    return DIVISIONS.get(code[:DIVISION_LENGTH]) or SECTIONS.get(code[:1])


def named(text: str) -> tuple[IndustryName, ...]:
    """Return the sections and divisions whose name is *text*, in Chinese or English, or else those that contain it."""
    wanted = comparison_key(text)
    if not wanted:
        return ()
    keys = {
        industry: tuple(map(comparison_key, (industry.name, industry.name_en)))
        for industry in (*SECTIONS.values(), *DIVISIONS.values())
    }
    return tuple(industry for industry, names in keys.items() if wanted in names) or tuple(
        industry for industry, names in keys.items() if any(wanted in name for name in names)
    )


def line_of(code: str) -> tuple[IndustryName, ...]:
    """Return the section and, where there is one, the division of a code."""
    found = (SECTIONS.get(code[:1]), DIVISIONS.get(code[:DIVISION_LENGTH]))
    return tuple(industry for industry in found if industry is not None)
