"""The words by which people head the columns of their lists, in Chinese, English, Japanese and Korean."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "investor.name": "企业名称; 公司名称; 投资方; 投资方名称; 投资企业; 客商名称; 企业; 公司; 客商; 单位名称; company; company name;"
    " investor; investor name; enterprise; organisation; organization; 会社名; 企業名; 企業名称; 投資家; 회사명; 기업명; 투자자",
    "investor.country": "国别; 国家; 国家地区; 国家/地区; 国别地区; 国别/地区; 来源地; country; country/region; country of origin;"
    " 国; 国名; 국가; 국가명; 국적",
    "investor.kind": "企业类型; 单位性质; 企业性质; 客商类型; kind; type; company type; 企業種別; 기업유형",
    "investor.note": "企业简介; 公司简介; 企业备注; company profile; about the company; 会社概要; 企業概要; 회사소개",
    "investor.website": "网址; 官网; 企业网站; 网站; website; web; homepage; url; ウェブサイト; ホームページ; 홈페이지; 웹사이트",
    "investor.address": "地址; 公司地址; 企业地址; 注册地址; address; company address; 住所; 所在地; 会社住所; 주소; 회사 주소",
    "investor.alias": "外文名称; 英文名称; 中文名称; 简称; 企业简称; 别名; other name; english name; short name; alias; 英文社名; 略称;"
    " 영문명; 약칭",
    "investor.identifier": "统一社会信用代码; 信用代码; 注册号; 登记号; 法人番号; lei; registration number; company number; identifier;"
    " 登録番号; 사업자등록번호; 법인번호",
    "investor.tags": "企业标签; 客商标签; 投资方标签; company tags; investor tags; 企業タグ; 기업 태그",
    "contact.name": "联系人; 联系人姓名; 对方联系人; 企业联系人; 姓名; 负责人; 企业负责人; contact; contact person; contact name;"
    " 担当者; 担当者名; 連絡先担当者; 氏名; 담당자; 담당자명; 연락 담당자; 성명",
    "contact.title": "职务; 职位; 联系人职务; title; position; job title; 役職; 職位; 役職名; 직책; 직위",
    "contact.email": "邮箱; 电子邮箱; 邮件; 电子邮件; 联系邮箱; email; e-mail; mail; e-mail address; メール; メールアドレス; 이메일",
    "contact.phone": "电话; 联系电话; 手机; 手机号; 手机号码; 联系方式; phone; telephone; tel; mobile; 電話; 電話番号; 携帯; 전화;"
    " 전화번호; 휴대폰; 연락처",
    "contact.phones": "其他电话; 更多电话; other telephones; other phones; その他の電話; 기타 전화",
    "contact.other_name": "外文姓名; 英文姓名; 姓名拼音; 拼音; name in latin script; romanised name; ローマ字氏名; 英字氏名; 영문 성명",
    "contact.department": "部门; 所在部门; 联系人部门; contact department; 所属部署; 部署; 소속 부서; 부서",
    "contact.wechat": "微信; 微信号; wechat; weixin; 위챗",
    "contact.address": "联系人地址; 通讯地址; contact address; mailing address; 連絡先住所; 연락처 주소",
    "contact.note": "联系人备注; contact note; 担当者備考; 담당자 비고",
    "lead.title": "项目名称; 项目; 项目名; 投资项目; 拟投项目; project; project name; lead; プロジェクト; プロジェクト名; 案件名; 案件;"
    " 프로젝트; 프로젝트명; 사업명",
    "lead.expected": "投资额; 计划投资额; 总投资; 计划总投资; 投资总额; 拟投资额; 意向投资额; 预计投资; investment; expected investment;"
    " amount; expected amount; investment amount; 投資額; 投資予定額; 투자액; 투자금액; 투자 예정액",
    "lead.currency": "币种; 货币; currency; 通貨; 통화",
    "lead.industry": "行业; 所属行业; 产业; 行业类别; 行业代码; 产业类别; industry; sector; 業種; 産業; 업종; 산업",
    "lead.stage": "当前进度; 进度; 进展; 项目进度; 项目阶段; 阶段; 当前阶段; 项目状态; 目前进展; stage; progress; status;"
    " 進捗; 段階; ステージ; 진행상황; 진행 단계; 단계",
    "lead.since": "进入阶段日期; 进度日期; 当前进度日期; at this stage since; stage date; 段階日; 단계 날짜",
    "lead.carried_over": "结转原因; 结转说明; 结转理由; why carried over; reason for carrying over; 繰越理由; 이월 사유",
    "lead.source": "线索来源; 信息来源; 项目来源; 来源; 招引渠道; source; lead source; 情報源; 出所; 출처; 정보 출처",
    "lead.received": "登记日期; 录入日期; 接洽日期; 首次接洽日期; 首次联系日期; 线索日期; 收到日期; 受理日期; received; date received;"
    " first contact; 受付日; 登録日; 접수일; 등록일",
    "lead.station": "驻外站点; 站点; 联络处; 驻点; station; office; 駐在所; 사무소",
    "lead.unit": "责任单位; 承接单位; 牵头单位; 承办单位; 跟进单位; unit; department; responsible unit; 担当部署; 담당부서",
    "lead.owner": "跟进人; 我方负责人; 经办人; 招商专员; 责任人; 项目经理; owner; responsible person; account manager; 当方担当者;"
    " 내부 담당자; 책임자",
    "lead.note": "备注; 项目简介; 项目内容; 项目概况; note; notes; remarks; description; 備考; 비고",
    "lead.confidential": "是否保密; 保密; confidential; 機密; 기밀",
    "lead.code_name": "代号; 项目代号; code name; コードネーム; 코드명",
    "lead.foreign": "是否外资; 外资; foreign; foreign capital; 外資; 외자",
    "lead.tags": "标签; 项目标签; 标记; tags; tag; labels; タグ; 태그",
    "meeting.at": "最近联系日期; 最近联系时间; 最近拜访日期; 最近洽谈日期; 联系日期; 拜访日期; 洽谈日期; 会谈时间; last contact;"
    " last contact date; date of last contact; last meeting; meeting date; 最終連絡日; 面談日; 訪問日; 최근 연락일; 면담일; 방문일",
    "meeting.zone": "时区; time zone; zone; タイムゾーン; 시간대",
    "meeting.summary": "最近联系内容; 洽谈内容; 联系情况; 沟通情况; 会谈内容; 最近进展; 拜访情况; summary; meeting note; last talk;"
    " minutes; 面談内容; 連絡内容; 면담 내용; 연락 내용",
    "meeting.kind": "联系方式类型; 洽谈方式; 接洽方式; kind of meeting; meeting type; 面談方法; 면담 방식",
    "meeting.place": "洽谈地点; 会谈地点; place; venue; meeting place; 面談場所; 면담 장소",
    "followup.text": "下一步; 下步工作; 下一步工作; 下一步计划; 下步计划; 待办事项; 待办; next step; next steps; follow-up; todo; action;"
    " 次のステップ; 今後の対応; 다음 단계; 후속 조치",
    "followup.due": "完成时限; 截止日期; 下次联系日期; 下次跟进日期; 办理时限; due; due date; deadline; 期限; 期日; 마감일; 기한",
    "followup.owner": "待办负责人; 跟进责任人; follow-up owner; 対応者; 후속 담당자",
    "capital.amount": "到资额; 到位资金; 实际到资; 到账金额; 实到外资; arrived; capital arrived; paid-in capital; 入金額; 납입액; 도착액",
    "capital.currency": "到资币种; capital currency; 入金通貨; 납입 통화",
    "capital.arrived": "到资日期; 到账日期; 资金到位日期; arrival date; date of arrival; 入金日; 납입일; 도착일",
    "capital.reference": "到账凭证; 凭证号; 银行回单; 验资报告号; bank advice; 入金証憑; 납입 증빙",
    "request.text": "企业诉求; 诉求; 诉求内容; 需求; request; demand; 要望; 요청 사항",
    "request.kind": "诉求类型; 诉求类别; request kind; 要望種別; 요청 유형",
    "request.accepted": "诉求受理日期; accepted; date of request; 要望受付日; 요청 접수일",
    "referral.referrer": "推荐方; 推荐企业; 引荐方; 介绍人; 中介机构; referrer; referred by; introduced by; 紹介者; 紹介元; 소개자; 추천인",
    "referral.introduced": "推荐日期; 引荐日期; introduced; date of introduction; 紹介日; 소개일",
}

#: The words of each path, as they are written, without their spaces at the ends.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    path: tuple(word.strip() for word in words.split(";")) for path, words in _WORDS.items()
}
