"""The host keeps its transaction, its clock, its policy and its sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from threading import Thread

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from sqlalchemy.pool import NullPool

from crm import CRM, Pipeline, schema
from crm.errors import AccessDenied, DirectWrite, GatesNotMet, InvalidInput
from crm.models import AuditEntry, Investor, Lead, Transition
from crm.rules.stages import DEFAULT
from tests.embedding.host import HostBase, Order, one_move

pytestmark = pytest.mark.portable

POLICY = """
name = "river city"
effective = 2023-01-01
reopen_at = "talking"
capital_floor = "built"

[[stages]]
code = "talking"
label = "talking"
label_zh = "洽谈"
gates = ["investor"]

[[stages]]
code = "signed"
label_zh = "签约"
gates = ["agreement"]
stale_days = 20

[[stages]]
code = "built"
label_zh = "建成"
gates = ["start", "confirmed"]
"""


def at(day: int) -> Callable[[], datetime]:
    """Return a clock that stands at noon of a day of February 2023, in the bureau's zone and UTC alike."""
    return lambda: datetime(2023, 2, day, 4, tzinfo=UTC)


@pytest.fixture
def founded(session: Session) -> Session:
    """A session in which there are an administrator and an ambassador."""
    CRM(session, None).staff.found("admin", "管理员")
    CRM(session, "admin").staff.add("tokyo.desk", "东京站", role="ambassador", station="tokyo")
    return session


def test_a_host_that_rolls_back_leaves_nothing(migrated_engine: Engine) -> None:
    """Not a row of ours, not a row of the host's: one transaction holds both."""
    HostBase.metadata.create_all(migrated_engine)
    with Session(migrated_engine) as session:
        CRM(session, None).staff.found("admin", "管理员")
        lead = CRM(session, "admin").leads.open(
            CRM(session, "admin").investors.add("丸红", country="JP"), title="冷链", station="tokyo"
        )
        session.add(Order(title=lead.title))
        session.flush()
        session.rollback()
    with Session(migrated_engine) as session:
        for model in (Investor, Lead, Transition, Order):
            assert session.scalar(select(func.count()).select_from(model)) == 0
        # What the upgrade took in was there before.
        assert session.scalar(select(func.count()).where(AuditEntry.actor_id.is_not(None))) == 0


def test_a_savepoint_of_the_hosts_takes_back_its_part_alone(founded: Session) -> None:
    """What stood before the savepoint stays, and the objects of it read as they were."""
    crm = CRM(founded, "admin")
    lead = crm.leads.open(crm.investors.add("丸红", country="JP"), title="冷链", station="tokyo")
    inner = founded.begin_nested()
    crm.leads.hold(lead, reason="等待批复", review=date(2090, 1, 1))
    assert lead.status == "on_hold"
    inner.rollback()
    assert lead.status == "active"
    assert len(crm.leads.history(lead)) == 1
    crm.leads.hold(lead, reason="等待批复", review=date(2090, 1, 1))
    assert len(crm.leads.history(lead)) == 2


def test_a_plain_engine_of_the_hosts_will_do(migrated_url: str, open_engine: Callable[..., Engine]) -> None:
    """Made by SQLAlchemy alone, without a setting of ours."""
    engine = create_engine(open_engine(migrated_url).url, poolclass=NullPool)
    schema.require_current(engine)
    assert one_move(engine) == "negotiating"
    engine.dispose()


def test_a_hosts_rows_pass_the_guard(founded: Session) -> None:
    """The guard looks at our tables alone; a host may write its own in the same session, and ours it may not."""
    HostBase.metadata.create_all(founded.connection())
    crm = CRM(founded, "admin")
    lead = crm.leads.open(crm.investors.add("丸红", country="JP"), title="冷链", station="tokyo")
    founded.add(Order(title="first"))
    founded.flush()
    lead.title = "second"
    with pytest.raises(DirectWrite, match="title"):
        founded.flush()


def test_a_hosts_clock_dates_everything(founded: Session) -> None:
    """The day of a lead, of its transition and of its audit entry are the clock's."""
    crm = CRM(founded, "admin", clock=at(8))
    lead = crm.leads.open(crm.investors.add("丸红", country="JP"), title="冷链", station="tokyo")
    assert crm.today == date(2023, 2, 8)
    assert lead.received_on == lead.entered_on == date(2023, 2, 8)
    newest = founded.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert newest is not None
    assert newest.at == datetime(2023, 2, 8, 4, tzinfo=UTC)
    with pytest.raises(InvalidInput):
        crm.leads.open("丸红", title="明天", station="tokyo", received="2023-02-09")


def test_a_clock_without_a_zone_is_refused(founded: Session) -> None:
    """A naive time says too little."""
    crm = CRM(founded, "admin", clock=lambda: datetime(2023, 2, 8, 12))  # noqa: DTZ001 - that is the point
    with pytest.raises(InvalidInput, match="zone"):
        crm.investors.add("丸红", country="JP")


def test_another_citys_policy_from_toml(founded: Session) -> None:
    """Its stages, its gates and its words; nothing of ours shows through."""
    crm = CRM(founded, "admin", policy=Pipeline.from_toml(POLICY))
    lead = crm.leads.open(crm.investors.add("丸红", country="JP"), title="冷链", station="tokyo")
    assert lead.stage == "talking"
    with pytest.raises(GatesNotMet) as refused:
        crm.leads.advance(lead, "built", reason="一步到位")
    assert [problem.code for problem in refused.value.problems] == ["agreement", "start", "confirmed"]
    crm.leads.add_evidence(lead, "agreement", dated=crm.today, reference="协议1号", amount="20000000 USD")
    assert crm.leads.advance(lead).policy == "river city"
    assert [column.stage for column in crm.leads.board()] == ["talking", "signed", "built"]
    assert crm.leads.missing(lead)[0].stage == "built"


def test_of_several_policies_the_day_decides(founded: Session) -> None:
    """The one in effect is the latest that has begun."""
    policies = [DEFAULT, Pipeline.from_toml(POLICY)]
    assert CRM(founded, "admin", policy=policies, clock=at(8)).policy.name == "river city"
    before = CRM(founded, "admin", policy=policies, clock=lambda: datetime(2022, 12, 31, tzinfo=UTC))
    assert before.policy.name == "default"


def test_two_actors_on_one_session(founded: Session) -> None:
    """Each signs what they did, and each has their own rights."""
    admin, desk = CRM(founded, "admin"), CRM(founded, "tokyo.desk")
    lead = desk.leads.open(desk.investors.add("丸红", country="JP"), title="冷链")
    with pytest.raises(AccessDenied):
        desk.leads.exit(lead, reason="离开")
    admin.leads.edit(lead, note="重点")
    actors = [row.actor or "" for row in admin.audit.list(record="lead", record_id=lead.id)]
    assert sorted(actors) == ["admin", "tokyo.desk"]


def test_two_policies_and_two_clocks_on_one_session(founded: Session) -> None:
    """Nothing is global, so neither front door hears of the other's."""
    ours = CRM(founded, "admin", clock=at(8))
    theirs = CRM(founded, "admin", policy=Pipeline.from_toml(POLICY), clock=at(9))
    assert (ours.policy.name, theirs.policy.name) == ("default", "river city")
    assert (ours.today.day, theirs.today.day) == (8, 9)


def test_a_session_without_a_front_door_is_not_watched(founded: Session) -> None:
    """No listener on a class: another session of the same process flushes what it likes."""
    CRM(founded, "admin")
    with Session(founded.connection(), join_transaction_mode="create_savepoint") as other:
        other.add(Investor(name="旁门", country="JP", kind="enterprise", created_at=datetime(2023, 2, 8, tzinfo=UTC)))
        other.flush()
        other.rollback()


def test_scoped_sessions_in_threads(migrated_engine: Engine) -> None:
    """A web program's scoped session gives each thread its own, and the front door is made for each request."""
    with Session(migrated_engine) as session, session.begin():
        CRM(session, None).staff.found("admin", "管理员")
    registry = scoped_session(sessionmaker(migrated_engine))
    failures: list[BaseException] = []

    def request(number: int) -> None:
        try:
            CRM(registry(), "admin").investors.add(f"示例{number}", country="JP")
            registry.commit()
        except BaseException as error:  # noqa: BLE001 - told below, in the thread of the test
            failures.append(error)
        finally:
            registry.remove()

    threads = [Thread(target=request, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Session(migrated_engine) as session:
        assert len(CRM(session, "admin").investors.list()) == 4


@pytest.mark.whole
def test_a_tenant_is_a_schema_on_postgresql(postgres_url: str, open_engine: Callable[..., Engine]) -> None:
    """Two cities in one database have the same numbers and see nothing of each other."""
    engines = {tenant: open_engine(postgres_url, tenant=tenant) for tenant in ("river", "lake")}
    for engine in engines.values():
        schema.upgrade(engine)
        assert one_move(engine) == "negotiating"
    with Session(engines["river"]) as river, river.begin():
        CRM(river, "admin").investors.add("只在河城", country="JP")
    with Session(engines["lake"]) as lake:
        crm = CRM(lake, "admin")
        assert len(crm.investors.list()) == 1
        assert crm.investors.find("只在") == ()
        assert crm.leads.list()[0].id == 1
