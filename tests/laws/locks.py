"""What serialises each verb that writes, on PostgreSQL, where several transactions write at a time.

A verb that reads a count, a sum, an existence or a set and writes because of it takes a lock before it reads, one that every
other transaction which changes what it read takes too. The table in ARCHITECTURE.md says what each of them counts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: The locks of a verb in their order: tables, ``name`` for the key of a name or of the seals, and rows with their strength.
LOCKED = {
    "audit.seal": ["name"],
    "stations.set_status": ["crm_staff", "crm_station update", "crm_station key share"],
    "units.archive": ["crm_staff", "crm_unit update", "crm_unit key share", "crm_lead no key update"],
    "staff.found": ["crm_staff"],
    "staff.add": ["crm_staff", "crm_unit key share"],
    "staff.move": ["crm_staff", "crm_station key share"],
    "staff.archive": ["crm_staff", "crm_staff update", "crm_staff key share"],
    "staff.bind": ["crm_staff", "crm_staff key share"],
    "staff.unbind": ["crm_staff"],
    "staff.restore": ["crm_staff", "crm_unit key share"],
    "investors.add": ["name"],
    "investors.alias": ["crm_investor key share", "name"],
    "investors.edit": ["name"],
    "investors.identify": ["crm_investor key share"],
    "investors.unidentify": ["crm_investor key share"],
    "investors.tag": ["crm_investor key share"],
    "investors.distinct": ["crm_investor key share"],
    "investors.archive": ["crm_investor update"],
    "investors.restore": ["crm_investor update", "name"],
    "contacts.add": ["crm_investor key share", "name"],
    "contacts.employ": ["crm_contact key share", "crm_investor key share", "crm_contact no key update", "name"],
    "contacts.edit": ["name"],
    "contacts.edit_employment": ["crm_contact update", "crm_employment update"],
    "contacts.withdraw_employment": ["crm_contact update", "crm_employment update"],
    "contacts.restore_employment": ["crm_investor key share", "crm_contact update", "name"],
    "contacts.archive": ["crm_contact update"],
    "contacts.restore": ["crm_contact update", "name"],
    "contacts.erase": ["crm_contact key share"],
    "contacts.erase_due": ["crm_contact key share"],
    "contacts.erase_again": ["crm_contact key share"],
    "leads.open": ["crm_investor key share", "crm_station key share", "crm_staff key share", "name"],
    "leads.edit": ["name"],
    "leads.handover": ["crm_staff key share"],
    "leads.reopen": ["crm_investor key share"],
    **{f"bulk.{verb}": ["crm_lead no key update"] for verb in ("advance", "hold", "lose", "tag")},
    "bulk.handover": ["crm_staff key share", "crm_lead no key update"],
    "trips.plan": ["crm_investor key share"],
    "trips.add_visit": ["crm_delegation key share", "crm_investor key share"],
    "trips.add_leg": ["crm_delegation key share"],
    "trips.edit": ["crm_delegation update", "crm_unit key share"],
    "trips.set_unit": ["crm_unit key share"],
    "trips.cancel": ["crm_delegation update"],
    "trips.close": ["crm_delegation update"],
    "meetings.log": [
        "crm_investor key share",
        "crm_contact key share",
        "crm_employment key share",
        "crm_station key share",
        "name",
        "crm_delegation key share",
    ],
    "meetings.edit": ["crm_investor key share", "name"],
    "meetings.restore": ["crm_investor key share", "crm_contact key share", "crm_employment key share", "name"],
    "followups.edit": ["crm_staff key share"],
    "followups.reopen": ["crm_staff key share"],
    "followups.restore": ["crm_investor key share", "crm_staff key share"],
    "followups.add": ["crm_investor key share", "crm_staff key share"],
    "leads.add_evidence": ["name"],
    "leads.edit_evidence": ["crm_evidence update", "name"],
    "leads.restore_evidence": ["name"],
    "leads.withdraw_evidence": ["crm_evidence update"],
    "capital.record": ["crm_evidence key share", "name"],
    "contracts.record": ["crm_evidence key share", "name"],
    "capital.verify": ["crm_capital_arrival no key update"],
    "capital.confirm": ["crm_capital_arrival no key update"],
    "capital.reverse": ["crm_capital_arrival no key update"],
    "capital.correct": ["crm_capital_arrival no key update", "name"],
    "contracts.correct": ["crm_contract_amount no key update", "name", "name"],
    "contracts.verify": ["crm_contract_amount no key update"],
    "contracts.confirm": ["crm_contract_amount no key update"],
    "contracts.reverse": ["crm_contract_amount no key update", "name"],
    "events.attend": [
        "crm_investor key share",
        "crm_contact key share",
        "crm_employment key share",
        "crm_event no key update",
    ],
    "events.edit_attendance": ["crm_event no key update"],
    "events.restore_attendance": ["crm_investor key share", "crm_event no key update"],
    "requests.restore": ["crm_investor key share", "crm_unit key share", "crm_staff key share"],
    "requests.assign": ["crm_unit key share"],
    "requests.open": ["crm_investor key share", "crm_unit key share", "crm_staff key share"],
    "referrals.add": ["crm_referral", "crm_lead no key update", "crm_investor key share"],
    "referrals.edit": ["crm_referral", "crm_lead no key update", "crm_investor key share"],
    "referrals.restore": ["crm_referral", "crm_lead no key update", "crm_investor key share"],
    "referrals.confirm": ["crm_referral", "crm_contact key share"],
    "referrals.share": ["crm_referral", "crm_lead no key update"],
    "groups.edit": ["crm_ownership"],
    "groups.withdraw": ["crm_ownership"],
    "groups.restore": ["crm_ownership", "crm_investor key share"],
    "groups.join": ["crm_ownership", "crm_investor key share"],
    "tags.merge": ["crm_tag"],
    "merges.merge": ["crm_ownership", "crm_referral", "crm_investor update"],
    "merges.undo": ["crm_ownership", "crm_referral", "crm_investor update"],
    "claims.file": ["crm_unit key share", "crm_lead no key update", "crm_unit no key update"],
    "claims.rule": ["crm_lead no key update"],
    "claims.renew": ["crm_lead no key update"],
    "claims.transfer": ["crm_lead no key update", "crm_unit key share", "crm_unit no key update"],
    "claims.release": ["crm_lead no key update"],
    "targets.freeze": ["crm_target", "crm_target_terms"],
    "imports.apply": [
        "name",
        "crm_contact",
        "crm_import",
        "crm_investor_name",
        "crm_lead",
        "crm_meeting",
        "crm_referral",
    ],
    "imports.undo": [
        "crm_contact",
        "crm_import",
        "crm_investor_name",
        "crm_lead",
        "crm_meeting",
        "crm_referral",
        "crm_lead update",
        "crm_contact update",
        "crm_investor update",
    ],
}
#: Verbs that rest on one record, or on what is numbered within it, and change it only as the version they read.
BY_VERSION = frozenset(
    """
    stations.edit staff.edit units.edit units.restore contacts.leave leads.advance leads.back leads.hold
    leads.settle
    leads.resume leads.redate leads.lose leads.abandon leads.exit leads.confirm leads.register trips.cancel_visit trips.remove_member
    trips.remove_unit trips.withdraw_cost followups.done followups.cancel meetings.withdraw events.edit events.hold events.cancel
    events.withdraw_attendance requests.withdraw
    requests.edit requests.answer requests.resolve requests.rate requests.reopen referrals.decline referrals.withdraw
    groups.leave targets.end targets.restore claims.edit exports.record leads.tag tags.rename tags.split
    views.remove
    """.split()
)
#: Verbs that look for a code or the last number, where a unique key lets one of two in.
BY_KEY = frozenset(
    """
    stations.add units.add events.add trips.add_member industries.load rates.load figures.close benchmarks.set
    targets.set targets.edit targets.load views.save
    """.split()
)
#: Verbs that add a row beside others and count none.
NOTHING_COUNTED = frozenset({"trips.add_cost"})

_TABLES = re.compile(r"LOCK TABLE (.+) IN SHARE ROW EXCLUSIVE MODE")
_ROWS = re.compile(r"FOR ((?:NO KEY )?UPDATE|KEY SHARE) OF (\w+(?:, \w+)*)\s*$")
_KEY = "pg_advisory_xact_lock(hashtext("
_WRITE = re.compile(r"(?:INSERT INTO|UPDATE|WITH moved_\w+ AS)\b")
_BY_VERSION = re.compile(r"UPDATE (\w+) SET .*version.*WHERE .*\1\.version", re.DOTALL)


def locks(statements: Sequence[str]) -> list[str]:
    """Return each lock that statements take, in their order."""
    found: list[str] = []
    for statement in statements:
        if tables := _TABLES.search(statement):
            found += tables[1].split(", ")
        elif rows := _ROWS.search(statement):
            found += [f"{table} {rows[1].lower()}" for table in rows[2].split(", ")]
        elif _KEY in statement:
            found.append("name")
    return found


def ensure_serialised(name: str, seen: Sequence[str], *, writes: bool) -> None:
    """Hold a verb to its locks: those of the table, whole tables before rows, all of them before anything is written."""
    first = next((at for at, statement in enumerate(seen) if _WRITE.match(statement)), len(seen))
    taken = locks(seen)
    assert taken == LOCKED.get(name, []), seen
    assert locks(seen[:first]) == taken, f"{name} locks after it has written: {seen}"
    rows_and_tables = [lock for lock in taken if lock != "name"]
    whole = [at for at, lock in enumerate(rows_and_tables) if " " not in lock]
    assert whole == [*range(len(whole))], f"{name} locks a table after a row: {taken}"
    if writes:
        homes = [name in names for names in (LOCKED, BY_VERSION, BY_KEY, NOTHING_COUNTED)]
        assert sum(homes) == 1, f"Say in tests/laws/locks.py what serialises {name}, a verb that writes"
    if name in BY_VERSION:
        assert any(_BY_VERSION.search(statement) for statement in seen), seen
