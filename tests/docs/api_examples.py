"""An example for each service, which docs/api.md shows and test_api_examples.py runs; *crm* acts for an admin."""

from __future__ import annotations

from crm import CRM


def stations(crm: CRM) -> None:
    crm.stations.add("osaka", name="大阪站", name_en="Osaka", country="JP", zone="Asia/Tokyo")
    crm.stations.set_status("osaka", "operating")
    print(crm.stations.get("osaka").status)  # operating


def units(crm: CRM) -> None:
    crm.units.add("lixia", name="历下区", name_en="Lixia", kind="district")
    print([row.code for row in crm.units.list() if row.kind == "district"])  # ['lixia']


def staff(crm: CRM) -> None:
    crm.staff.add("li.na", "李娜", role="ambassador", station="tokyo")
    crm.staff.bind("li.na", "host", "li.na@city")
    print(crm.staff.get("li.na").role)  # ambassador


def investors(crm: CRM) -> None:
    investor = crm.investors.add("三菱商事株式会社", country="JP", aliases=["Mitsubishi Corporation"])
    crm.investors.tag(investor, ["500强"])
    print([row.name for row in crm.investors.find("mitsubishi")])  # ['三菱商事株式会社']


def contacts(crm: CRM) -> None:
    crm.contacts.add("丸红", "田中健一", title="部长", phone="+81 3 3282 2111")
    print(crm.contacts.list("丸红")[0].title)  # 部长


def groups(crm: CRM) -> None:
    crm.investors.add("丸红（中国）有限公司", country="CN")
    crm.groups.join("丸红（中国）有限公司", "丸红株式会社", since="2020-01-01")
    print([row.name for row in crm.groups.tree("丸红株式会社")])  # ['丸红株式会社', '丸红（中国）有限公司']


def merges(crm: CRM) -> None:
    crm.investors.add("Marubeni Corporation", country="JP")
    merge = crm.merges.merge("丸红株式会社", "Marubeni Corporation", reason="同一家公司")
    print(crm.investors.get("Marubeni Corporation").name)  # 丸红株式会社
    crm.merges.undo(merge, reason="不是同一家")


def leads(crm: CRM) -> None:
    lead = crm.leads.open("丸红", title="二期", station="tokyo", expected="20000000 USD")
    print(crm.leads.missing(lead)[0].text)  # A two-way meeting with a named contact is missing.
    crm.leads.hold(lead, reason="等待批复", review="2099-01-01")
    print(crm.leads.show(lead).row.status)  # on_hold


def bulk(crm: CRM) -> None:
    crm.bulk.tag({"station": "tokyo"}, ["重点"])
    print(crm.leads.list(tag=["重点"]).total)  # 1


def trips(crm: CRM) -> None:
    crm.trips.plan(
        "japan",
        title="赴日招商",
        leader="副市长",
        rank="deputy",
        starts="2099-03-01",
        ends="2099-03-05",
        visits=["丸红株式会社"],
        late="计划已定",
    )
    print([visit.investor for visit in crm.trips.show("japan").visits])  # ['丸红株式会社']


def events(crm: CRM) -> None:
    crm.events.add("tokyo-day", title="东京推介会", place="东京", starts="2023-02-01", country="JP", zone="Asia/Tokyo")
    crm.events.attend("tokyo-day", "丸红", people=2)
    print(crm.events.list()[0].people)  # 2


def meetings(crm: CRM) -> None:
    crm.contacts.add("丸红", "田中健一")
    meeting = crm.meetings.log("冷链物流", summary="谈选址", contacts=["田中健一"])
    print(crm.meetings.show(meeting).row.summary)  # 谈选址


def followups(crm: CRM) -> None:
    task = crm.followups.add("冷链物流", "寄送资料", due="2099-01-01")
    crm.followups.done(task, result="已寄")
    print(crm.followups.list().total)  # 0


def industries(crm: CRM) -> None:
    print([row.code for row in crm.industries.show("G59")])  # ['G', 'G59']


def rates(crm: CRM) -> None:
    crm.rates.load([("2023-02-01", "USD", "CNY", "6.7492")], source="safe")
    print(crm.rates.convert("1000000 USD", "CNY", on="2023-02-01").value)  # 6,749,200.00 CNY


def capital(crm: CRM) -> None:
    print(crm.capital.sums("冷链物流"))  # ()


def contracts(crm: CRM) -> None:
    print(crm.contracts.sums("冷链物流"))  # ()


def figures(crm: CRM) -> None:
    print(crm.figures.count("leads_received", "2023").value)  # 1


def benchmarks(crm: CRM) -> None:
    crm.benchmarks.set("nation", "actual_fdi", 2022, "189130000000 USD", source="商务部")
    print(crm.benchmarks.list(2022)[0].value)  # 189,130,000,000.00 USD


def requests(crm: CRM) -> None:
    request = crm.requests.open("丸红", "用电增容")
    crm.requests.answer(request, "已转供电公司")
    print(crm.requests.show(request).row.state)  # answered


def referrals(crm: CRM) -> None:
    crm.investors.add("引荐商会", country="JP", kind="association")
    crm.referrals.add("冷链物流", "引荐商会")
    print(crm.referrals.list()[0].referrer)  # 引荐商会


def claims(crm: CRM) -> None:
    crm.claims.file("冷链物流", unit="bureau")
    print([row.unit for row in crm.claims.standing("丸红")])  # ['bureau']


def targets(crm: CRM) -> None:
    crm.targets.set("delegations", title="出访招商", measure="delegations", period=2023, at_least=50, source="年度计划")
    print(crm.targets.list(2023)[0].code)  # delegations


def tags(crm: CRM) -> None:
    crm.leads.tag("冷链物流", ["重点"])
    crm.tags.rename("重点", "重点项目")
    print([row.name for row in crm.tags.list()])  # ['重点项目']


def views(crm: CRM) -> None:
    crm.views.save("leads.list", "日本", {"country": "JP"})
    saved = crm.views.get("leads.list", "日本")
    print(saved.arguments)  # {'country': 'JP'}


def report(crm: CRM) -> None:
    print(crm.report.board(station="tokyo").name)  # board


def audit(crm: CRM) -> None:
    crm.audit.seal()
    print(crm.audit.changes(limit=1)[0].id)  # 1
    print(crm.audit.verify())  # ()


def calendar(crm: CRM) -> None:
    crm.followups.add("冷链物流", "寄送资料", due="2099-01-01", owner="admin")
    print([item.kind for item in crm.calendar.items(person="admin")])  # ['followup']


def exports(crm: CRM) -> None:
    whole = crm.exports.all(crm.exports.record(reason="年度归档"))
    print(type(whole).__name__)  # Whole


def imports(crm: CRM) -> None:
    print(crm.imports.list().total)  # 0
