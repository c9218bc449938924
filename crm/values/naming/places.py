"""Places before or after a company's name: countries and regions, provinces, larger cities. Data to extend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from crm.values.text import comparison_key

#: Each place by its Chinese name without 省 or 市, with how else it is written; traditional characters need no mention.
_SPELLINGS: Final[Mapping[str, str]] = {
    "中国": "중국 china chinese", "日本": "일본 japan nippon", "韩国": "한국 korea", "德国": "germany deutschland",
    "美国": "usa america", "英国": "uk", "法国": "france", "新加坡": "singapore", "香港": "hongkong", "台湾": "taiwan",
    "澳门": "macao macau", "印度": "india", "泰国": "thailand", "越南": "vietnam", "马来西亚": "malaysia", "印尼": "indonesia",
    "澳大利亚": "澳洲 australia", "加拿大": "canada", "俄罗斯": "russia", "亚洲": "アジア asia", "欧洲": "europe", "北京": "beijing",
    "上海": "shanghai", "天津": "tianjin", "重庆": "chongqing", "山东": "shandong", "济南": "jinan", "青岛": "qingdao",
    "烟台": "yantai", "潍坊": "weifang", "淄博": "zibo", "济宁": "jining", "泰安": "taian", "临沂": "linyi", "德州": "dezhou",
    "聊城": "liaocheng", "滨州": "binzhou", "菏泽": "heze", "枣庄": "zaozhuang", "日照": "rizhao", "威海": "weihai",
    "东营": "dongying", "山西": "shanxi", "河北": "hebei", "河南": "henan", "湖北": "hubei", "湖南": "hunan", "广东": "guangdong",
    "广西": "guangxi", "广州": "guangzhou", "深圳": "shenzhen", "珠海": "zhuhai", "佛山": "foshan", "东莞": "dongguan",
    "江苏": "jiangsu", "苏州": "suzhou", "南京": "nanjing", "无锡": "wuxi", "浙江": "zhejiang", "杭州": "hangzhou",
    "宁波": "ningbo", "安徽": "anhui", "合肥": "hefei", "福建": "fujian", "福州": "fuzhou", "厦门": "xiamen", "江西": "jiangxi",
    "南昌": "nanchang", "四川": "sichuan", "成都": "chengdu", "贵州": "guizhou", "云南": "yunnan", "昆明": "kunming",
    "西安": "xian", "陕西": "shaanxi", "甘肃": "gansu", "青海": "qinghai", "新疆": "xinjiang", "西藏": "tibet", "宁夏": "ningxia",
    "内蒙古": "neimenggu", "辽宁": "liaoning", "大连": "dalian", "沈阳": "shenyang", "吉林": "jilin", "长春": "changchun",
    "黑龙江": "heilongjiang", "哈尔滨": "harbin", "海南": "hainan", "武汉": "wuhan", "长沙": "changsha", "郑州": "zhengzhou",
    "石家庄": "shijiazhuang", "东京": "tokyo", "大阪": "osaka", "京都": "kyoto", "名古屋": "nagoya", "福冈": "fukuoka",
    "首尔": "서울 seoul", "釜山": "부산 busan", "法兰克福": "frankfurt", "柏林": "berlin", "慕尼黑": "munich münchen",
    "汉堡": "hamburg", "伦敦": "london", "纽约": "newyork", "巴黎": "paris", "横滨": "横浜 yokohama", "神户": "神戸 kobe",
}  # fmt: skip
#: Those that come in Chinese alone.
_MORE: Final = (
    "邯郸 九江 泉州 乌鲁木齐 西宁 章丘 廊坊 绍兴 台州 芜湖 拉萨 太原 贵阳 惠州 绵阳 遵义 三亚 呼和浩特 扬州 金华 襄阳 南通 嘉兴 银川 温州 常州 桂林 马鞍山 "
    "海口 唐山 株洲 台北 镇江 鞍山 鄂尔多斯 兰州 赣州 莱芜 岳阳 包头 汕头 保定 南宁 宜昌 徐州 洛阳 中山 柳州 "
)

#: Each place, as it may be written, by its comparison key: the Chinese name it goes by here.
PLACES: Final[Mapping[str, str]] = {
    **{place: place for place in _MORE.split()},
    **{comparison_key(word): place for place, others in _SPELLINGS.items() for word in (place, *others.split())},
}
#: What may follow a Chinese place and belongs to it, the longest first.
PLACE_ENDS: Final = ("特别行政区", "自治区", "省", "市", "县", "区")
