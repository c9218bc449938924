"""What names are made of besides the name: legal forms, and places that stand before it. Data; more can be added."""

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

#: Places that stand before a name: countries and regions, provinces, their capitals and larger cities.
PLACES: Final = frozenset(
    "中国 日本 韩国 德国 香港 澳门 台湾 北京 天津 上海 重庆"
    " 河北 山西 内蒙古 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川 贵州 云南 西藏"
    " 陕西 甘肃 青海 宁夏 新疆"
    " 石家庄 太原 呼和浩特 沈阳 长春 哈尔滨 南京 杭州 合肥 福州 南昌 济南 郑州 武汉 长沙 广州 南宁 海口 成都 贵阳 昆明"
    " 拉萨 西安 兰州 西宁 银川 乌鲁木齐 台北"
    " 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 莱芜 章丘"
    " 深圳 珠海 佛山 东莞 惠州 中山 汕头 厦门 泉州 宁波 温州 嘉兴 绍兴 金华 台州 苏州 无锡 常州 南通 扬州 徐州 镇江"
    " 大连 鞍山 唐山 保定 廊坊 邯郸 洛阳 襄阳 宜昌 株洲 岳阳 芜湖 马鞍山 赣州 九江 桂林 柳州 三亚 绵阳 遵义 包头 鄂尔多斯"
    " 东京 大阪 名古屋 横滨 首尔 釜山 法兰克福 慕尼黑 柏林 新加坡 伦敦 纽约".split()
)
#: The same in Latin letters.
LATIN_PLACES: Final[dict[str, str]] = {
    "china": "中国", "japan": "日本", "korea": "韩国", "germany": "德国", "deutschland": "德国", "hongkong": "香港",
    "beijing": "北京", "tianjin": "天津", "shanghai": "上海", "chongqing": "重庆", "shandong": "山东", "jinan": "济南",
    "qingdao": "青岛", "yantai": "烟台", "weihai": "威海", "zibo": "淄博", "weifang": "潍坊", "guangdong": "广东",
    "guangzhou": "广州", "shenzhen": "深圳", "jiangsu": "江苏", "nanjing": "南京", "suzhou": "苏州", "wuxi": "无锡",
    "zhejiang": "浙江", "hangzhou": "杭州", "ningbo": "宁波", "fujian": "福建", "xiamen": "厦门", "hubei": "湖北",
    "wuhan": "武汉", "hunan": "湖南", "changsha": "长沙", "henan": "河南", "zhengzhou": "郑州", "hebei": "河北",
    "liaoning": "辽宁", "shenyang": "沈阳", "dalian": "大连", "sichuan": "四川", "chengdu": "成都", "xian": "西安",
    "hefei": "合肥", "anhui": "安徽", "singapore": "新加坡", "tokyo": "东京", "osaka": "大阪", "seoul": "首尔",
    "frankfurt": "法兰克福", "london": "伦敦",
}  # fmt: skip
#: What may follow a Chinese place and belongs to it.
PLACE_ENDS: Final = ("特别行政区", "自治区", "省", "市")
