"""The words that tell two companies with similar names apart, and those that do not: data for :mod:`crm.rules.likeness`."""

from __future__ import annotations

from collections.abc import Mapping

#: What a company does or is: two names that differ in one of these are two companies. As the end of a name in CJK.
BUSINESS_CJK = frozenset(
    "发展 控股 投资 科技 贸易 商贸 实业 置业 国际 技术 工业 商事 物产 物流 产业 制造 建设 建筑 工程 地产 房地产 开发 能源 电力 化工 医药 制药 "
    "食品 汽车 电子 电器 电气 机械 重工 重机 材料 新材料 资本 基金 证券 银行 信托 保险 租赁 金融 资产 管理 咨询 服务 文化 传媒 教育 旅游 酒店 "
    "农业 环保 生物 软件 信息 网络 通信 半导体 航空 航运 海运 运输 船舶 港口 供应链 进出口 研究院 研究所 商会 协会 "
    "發展 投資 貿易 實業 國際 技術 產業 産業 資本 證券 銀行 電子 電機 電器 開発 製造 製薬 製作所 製鋼 建設 不動産 化学 自動車 運輸 倉庫 保険 "
    "ホールディングス ソリューションズ システムズ サービス エンジニアリング トレーディング キャピタル マテリアル ケミカル モーター ロジスティクス "
    "개발 홀딩스 지주 투자 기술 무역 상사 물산 산업 국제 전자 전기 화학 건설 자동차 중공업 물류 에너지 증권 은행 자본 보험 제약 식품 통신 반도체".split()
)

#: The same in Latin letters, anywhere in a name; the plural is the same word.
BUSINESS_LATIN = frozenset(
    "holding development investment trading trade technology logistic industry industrial international capital fund "
    "finance financial bank banking insurance securities security energy power electric electronic chemical pharma "
    "pharmaceutical biotech medical health healthcare food beverage motor automotive auto construction engineering "
    "property realty estate consulting service system solution software digital network telecom semiconductor material "
    "steel metal mining shipping marine aviation aerospace transport leasing media education tourism hotel agriculture "
    "manufacturing machinery equipment research laboratory venture partner asset management ag entwicklung "
    "beteiligung handel technik maschinenbau energie chemie bau versicherung immobilien".split()
)

#: The same word of another language.
BUSINESS_SAME: Mapping[str, str] = {"technologie": "technology", "holdings": "holding", "logistik": "logistic"}

#: What adds nothing: a name with it and one without are close.
GENERIC_CJK = ("集团", "集團", "グループ", "그룹")
GENERIC_LATIN = frozenset("group groupe gruppe grupo the and und et of for".split())

#: The legal person, where the spelling left it standing: longest first.
FORMS_CJK = (
    "股份有限责任公司", "股份有限公司", "有限责任公司", "有限責任公司", "株式会社", "有限会社", "合同会社", "有限公司", "주식회사", "유한회사", "公司",
)  # fmt: skip
FORMS_LATIN = frozenset(
    "co company corp corporation inc incorporated ltd limited llc llp plc gmbh kg ag se sa sas srl spa bv nv pte pty kk "
    "oy ab asa".split()
)

_PLACES: Mapping[str, str] = {
    "china": "中国 中國 중국 china chinese", "japan": "日本 일본 japan nippon", "korea": "韩国 韓国 韓國 한국 korea",
    "germany": "德国 德國 germany deutschland", "usa": "美国 美國 usa america", "uk": "英国 英國 uk", "france": "法国 france",
    "singapore": "新加坡 singapore", "hongkong": "香港 hongkong", "taiwan": "台湾 臺灣 taiwan", "macao": "澳门 澳門 macao macau",
    "india": "印度 india", "thailand": "泰国 thailand", "vietnam": "越南 vietnam", "malaysia": "马来西亚 malaysia",
    "indonesia": "印尼 indonesia", "australia": "澳大利亚 澳洲 australia", "canada": "加拿大 canada", "russia": "俄罗斯 russia",
    "asia": "亚洲 アジア asia", "europe": "欧洲 europe", "beijing": "北京 beijing", "shanghai": "上海 shanghai", "tianjin": "天津 tianjin",
    "chongqing": "重庆 重慶 chongqing", "shandong": "山东 山東 shandong", "jinan": "济南 濟南 済南 jinan", "qingdao": "青岛 青島 qingdao",
    "yantai": "烟台 煙台 yantai", "weifang": "潍坊 weifang", "zibo": "淄博 zibo", "jining": "济宁 jining", "taian": "泰安",
    "linyi": "临沂 linyi", "dezhou": "德州 dezhou", "liaocheng": "聊城", "binzhou": "滨州", "heze": "菏泽", "zaozhuang": "枣庄",
    "rizhao": "日照 rizhao", "weihai": "威海 weihai", "dongying": "东营 dongying", "shanxi": "山西 shanxi", "hebei": "河北 hebei",
    "henan": "河南 henan", "hubei": "湖北 hubei", "hunan": "湖南 hunan", "guangdong": "广东 廣東 guangdong", "guangxi": "广西 guangxi",
    "guangzhou": "广州 廣州 guangzhou", "shenzhen": "深圳 shenzhen", "zhuhai": "珠海 zhuhai", "foshan": "佛山", "dongguan": "东莞 dongguan",
    "jiangsu": "江苏 jiangsu", "suzhou": "苏州 suzhou", "nanjing": "南京 nanjing", "wuxi": "无锡 wuxi", "zhejiang": "浙江 zhejiang",
    "hangzhou": "杭州 hangzhou", "ningbo": "宁波 ningbo", "anhui": "安徽 anhui", "hefei": "合肥 hefei", "fujian": "福建 fujian",
    "fuzhou": "福州 fuzhou", "xiamen": "厦门 xiamen", "jiangxi": "江西 jiangxi", "nanchang": "南昌", "sichuan": "四川 sichuan",
    "chengdu": "成都 chengdu", "guizhou": "贵州 guizhou", "yunnan": "云南 yunnan", "kunming": "昆明", "xian": "西安",
    "shaanxi": "陕西 shaanxi", "gansu": "甘肃 gansu", "qinghai": "青海 qinghai", "xinjiang": "新疆 xinjiang", "tibet": "西藏",
    "ningxia": "宁夏", "neimenggu": "内蒙古", "liaoning": "辽宁 liaoning", "dalian": "大连 大連 dalian", "shenyang": "沈阳 shenyang",
    "jilin": "吉林 jilin", "changchun": "长春 changchun", "heilongjiang": "黑龙江", "harbin": "哈尔滨 harbin", "hainan": "海南 hainan",
    "wuhan": "武汉 wuhan", "changsha": "长沙 changsha", "zhengzhou": "郑州 zhengzhou", "shijiazhuang": "石家庄",
    "tokyo": "东京 東京 tokyo", "osaka": "大阪 osaka", "kyoto": "京都 kyoto", "nagoya": "名古屋 nagoya", "yokohama": "横浜 横滨 yokohama",
    "kobe": "神戸 神户 kobe", "fukuoka": "福冈 福岡 fukuoka", "seoul": "首尔 서울 seoul", "busan": "釜山 부산 busan",
    "frankfurt": "法兰克福 frankfurt", "berlin": "柏林 berlin", "munich": "慕尼黑 munich münchen", "hamburg": "汉堡 hamburg",
    "london": "伦敦 london", "newyork": "纽约", "paris": "巴黎 paris",
}  # fmt: skip

#: Each place, as it may be written, to one code.
PLACES: Mapping[str, str] = {word: code for code, words in _PLACES.items() for word in words.split()}
#: Behind a place's name, part of it.
PLACE_ENDS = ("省", "市", "县", "縣", "区", "區")

#: What counts, in any script, as the figure it means.
NUMERALS: Mapping[str, str] = {
    **{character: str(number) for number, character in enumerate("〇一二三四五六七八九十")},
    **{word: str(number) for number, word in enumerate("ii iii iv v vi vii viii ix x xi xii".split(), 2)},
    **{word: str(number) for number, word in enumerate("one two three four five six seven eight nine ten".split(), 1)},
    **{word: str(number) for number, word in enumerate("first second third fourth fifth sixth".split(), 1)},
    **{word: str(number) for number, word in enumerate("1st 2nd 3rd 4th 5th 6th".split(), 1)},
}
#: What says which of several, by where it is, how large, or how old.
WHICH_CJK = frozenset("东東西南北上下内內外大小新旧舊老甲乙丙丁동서남북신구")
WHICH_LATIN = frozenset(
    "north south east west northern southern eastern western central upper lower new old first second alpha beta".split()
)
