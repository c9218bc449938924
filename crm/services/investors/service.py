"""Investors and their many names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import partial
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import select

from crm.errors import N_
from crm.models import Investor, InvestorKind, InvestorName, NameKind
from crm.reads.investors import queries as reports
from crm.reads.investors.filters import conditions
from crm.reads.investors.rows import InvestorCard, InvestorRow
from crm.reads.kernel.listing import Listing
from crm.rules.access import Right
from crm.rules.investors.fields import InvestorDetails, InvestorFields, as_investor_name
from crm.rules.investors.filters import InvestorFilters, InvestorSelection
from crm.rules.kernel.checks import Checks
from crm.rules.kernel.fields import counted, given
from crm.rules.kernel.paging import Paging, Window
from crm.rules.tags import by_key, read_tags
from crm.services.investors.identifiers import Identifiers
from crm.services.investors.leaving import InvestorLeaving
from crm.services.kernel.refs import InvestorRef
from crm.services.kernel.twins import why_distinct
from crm.services.kernel.verbs import lists, reads, writes
from crm.services.kernel.writing import Writing, ensure_open, replayed
from crm.values.naming.spelling import query
from crm.values.registers.schemes import named
from crm.values.text import TITLE

#: A further name: its text alone, or with language and kind.
Alias = str | tuple[str, str] | tuple[str, str, str]


class Investors(InvestorLeaving):
    """Investors; handed out by :class:`crm.CRM`."""

    @reads(Right.READ)
    def find(self, text: str, *, limit: int = 20) -> tuple[InvestorRow, ...]:
        """Return the investors with a name that matches *text*, each with the best matching name.

        Two neighbouring characters of Chinese, Japanese or Korean are enough, or the beginning of a word. Equal names
        come first, then names with this beginning, then the rest; the legal form may differ. Of names that match only
        in the middle, the oldest 10 × *limit* are ranked; on PostgreSQL those of the first 100 × *limit* in physical
        order. An identifier finds its investor, archived or not. Archived investors are returned where no other name
        matches. Two statements, and one more where nothing was found.

        Args:
            text: What the name may contain: two characters of Chinese are enough.
            limit: The maximum number of investors.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: There is no actor.
        """
        with Checks() as check:
            cleaned = check.text(text, "text", TITLE)
            most = check.count(limit, "limit")
            identifier = check.take(lambda: named(cleaned))
        context = self._context
        session, actor, policy = context.session, context.actor, context.policy().claims
        every = partial(reports.investors, session, actor, policy, today=context.today, archived=True)
        first = Window(limit=most)
        if identifier and (rows := every(identifier=identifier).within(first).all()):
            return rows
        return (
            reports.found(session, actor, policy, query(cleaned), today=context.today, limit=most)
            or every(among=self._archived_search(cleaned, whole=False)).within(first).all()
        )

    @lists(Right.READ)
    def list(self, *, archived: bool = False, **selection: Unpack[InvestorSelection]) -> Listing[InvestorRow]:
        """Return investors by name, with the archived ones if *archived*. Two statements.

        Args:
            archived: Whether archived ones are included.
            **selection: Filters (:class:`crm.rules.investors.filters.InvestorFilters`), and the part that is read
                (:class:`crm.rules.kernel.paging.Paging`).
        """
        context = self._context
        with Checks() as check:
            values = check.fields(InvestorFilters, given(InvestorFilters, selection, Paging))
            if words := values.pop("tag", None):
                from crm.services.tags.tagging import known_tags

                values["tag"] = known_tags(context, check, words)
            window = check.window(selection, among=InvestorSelection)
        return reports.investors(
            context.session,
            context.actor,
            context.policy().claims,
            today=context.today,
            where=conditions(context.actor, values),
            archived=archived,
        ).within(window)

    @reads(Right.READ)
    def show(self, ref: InvestorRef) -> InvestorCard:
        """Return an investor with names, contacts, leads and its latest ten meetings.

        Args:
            ref: The investor: its id, uid, identifier, name, or a unique part of a name.
        """
        context = self._context
        return reports.card(context.session, context.actor, self.get(ref).id, context.policy(), today=context.today)

    @writes(Right.INVESTOR_WRITE)
    def add(
        self,
        name: str,
        *,
        country: str,
        kind: InvestorKind | str = InvestorKind.ENTERPRISE,
        language: str | None = None,
        aliases: Iterable[Alias] = (),
        identifiers: Identifiers = (),
        tags: Iterable[str] = (),
        distinct: str | None = None,
        uid: UUID | str | None = None,
        **details: Unpack[InvestorDetails],
    ) -> Investor:
        """Add an investor.

        Args:
            name: The name shown; its legal name.
            country: ISO 3166-1 alpha-2.
            kind: enterprise, fund, cluster, chamber, association, agency or platform.
            language: BCP 47 tag of the name; read from its script when not given.
            aliases: Further names, as text or (text, language[, kind]).
            identifiers: Numbers that registers assigned to it: (scheme, number), ``scheme:number``, or a mapping.
            tags: Tags, as for :meth:`tag`.
            distinct: Why it is another one, where an investor of the same name is on record; kept with the pair.
            uid: Makes the call safe to repeat.
            **details: What else it may have, such as a note: :class:`crm.rules.investors.fields.InvestorDetails`.

        Returns:
            The investor, flushed, with its names.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: The role may not add investors.
            LikelyDuplicate: Another investor has the same name, archived ones included, and *distinct*
                is not given.
            Conflict: Another investor has one of the identifiers; the uid is in use with other content.
        """
        context = self._context
        with Checks() as check:
            arguments = {"name": name, "country": country, "kind": kind, **details}
            values = check.fields(InvestorFields, arguments, whole=True)
            why = why_distinct(check, distinct)
            names = [
                _spelled(check, values["name"] or "", language, NameKind.LEGAL),
                *(_alias(check, alias) for alias in check.items(aliases, "aliases")),
            ]
            numbers = self._read_identifiers(check, identifiers)
            words = read_tags(check, tags)
        content = {
            **counted(InvestorFields, values),
            "names": names,
            **({"identifiers": sorted(map(str, numbers))} if numbers else {}),
            **({"tags": sorted(by_key(words))} if words else {}),
        }
        found, identity = replayed(context, Investor, uid, content)
        if found is not None:
            return found
        self._ensure_unused(numbers)
        twins = self._survivors(self._ensure_new(names[0]["text"], distinct=why, archived=True))
        whole = bool(identity or twins or numbers)
        with self._naming_who_has(numbers), Writing(context, "investor.add", why, whole=whole) as write:
            investor = Investor(**values, **identity, created_at=context.now())
            unique = {entry["text"]: entry for entry in reversed(names)}
            investor.names = [InvestorName(**entry) for entry in reversed(unique.values())]
            write.add(investor, *investor.names, *(self._recorded(investor, number) for number in numbers))
            if words or (twins and why):
                write.flush()
            if words:
                from crm.services.tags.tagging import put_on

                put_on(context, write, [(investor, words)])
            if twins and why:
                write.add(*(self._two(investor.id, twin, why) for twin in twins))
        return investor

    @writes(Right.INVESTOR_WRITE)
    def alias(
        self,
        ref: InvestorRef,
        text: str,
        *,
        language: str | None = None,
        kind: NameKind | str = NameKind.TRADING,
        uid: UUID | str | None = None,
    ) -> InvestorName:
        """Add a name to an investor; a name that it already has is returned.

        Args:
            ref: The investor.
            text: The name.
            language: Its language, such as ``ja``; by default that of its script.
            kind: legal, trading, former or short.
            uid: Makes the call safe to repeat.

        Raises:
            InvalidInput: Invalid arguments.
            AccessDenied: The role may not write investors.
            Archived: The investor is archived.
        """
        context = self._context
        investor = self.get(ref, keep=True)
        with Checks() as check:
            values = _name(check, text, language, kind)
        found, identity = replayed(context, InvestorName, uid, {**values, "investor": str(investor.uid)})
        if found is not None:
            return found
        ensure_open(investor)
        known = context.session.scalar(
            select(InvestorName).where(InvestorName.investor_id == investor.id, InvestorName.text == values["text"])
        )
        if known is not None:
            return known
        self._ensure_new(values["text"], but=investor.id)
        with Writing(context, "investor.alias", whole=bool(identity)) as write:
            added = InvestorName(investor_id=investor.id, **values, **identity)
            write.add(added)
        context.session.expire(investor, ["names"])
        return added

    @writes(Right.INVESTOR_WRITE)
    def edit(
        self,
        ref: InvestorRef,
        *,
        version: int | None = None,
        **changes: Unpack[InvestorFields],
    ) -> Investor:
        """Change the passed fields. A new name is added; the old one still finds the investor.

        Args:
            ref: The investor.
            version: The version the caller saw.
            **changes: The fields of :class:`InvestorFields`; an absent one stays, None clears it.

        Raises:
            InvalidInput: Invalid arguments, all of them named.
            AccessDenied: The role may not write investors.
            Archived: The investor is archived.
            StaleRecord: Somebody else changed it first.
        """
        context = self._context
        investor = self.get(ref)
        with Checks() as check:
            values = check.fields(InvestorFields, changes)
        ensure_open(investor)
        name: str = values.get("name", "")
        fresh = bool(name) and name not in {known_name.text for known_name in investor.names}
        if fresh:
            self._ensure_new(name, but=investor.id)
        with Writing(context, "investor.edit") as write:
            write.change(investor, version=version, **values)
            if fresh:
                write.add(
                    InvestorName(
                        investor_id=investor.id, text=name, language=script_language(name), kind=NameKind.LEGAL
                    )
                )
        context.session.expire(investor, ["names"])
        return investor

    @writes(Right.INVESTOR_WRITE)
    def tag(
        self, ref: InvestorRef, tags: Iterable[str] = (), *, remove: Iterable[str] = (), version: int | None = None
    ) -> Investor:
        """Put tags on an investor, and take others off it; those that it has already are left as they are.

        Args:
            ref: The investor.
            tags: Words, as for :meth:`crm.services.leads.tags.LeadTags.tag`.
            remove: Tags to take off.
            version: The version the caller saw.

        Raises:
            InvalidInput: Nothing is given; words that are no tags; more than 20; one to take off that it does not have.
            AccessDenied: The role may not write investors.
            Archived: The investor is archived.
            StaleRecord: Somebody else changed it first.
        """
        from crm.services.tags.tagging import tag_record

        return tag_record(self._context, self.get(ref, keep=True), tags, remove, version)


def _alias(check: Checks, alias: Alias) -> dict[str, Any]:
    if isinstance(alias, str):
        return _name(check, alias, None, NameKind.TRADING)
    parts = check.items(alias, "aliases")
    if len(parts) not in {2, 3}:
        check.wrong(
            N_("A name must be a text, or a text with its language and kind."),
            N_("Write (text, language, kind)."),
            field="aliases",
            code="type",
        )
        return {"text": ""}
    text, language, *kind = parts
    return _name(check, text, language, kind[0] if kind else NameKind.TRADING)


def _name(check: Checks, text: object, language: str | None, kind: NameKind | str) -> dict[str, Any]:
    return _spelled(check, check.take(lambda: as_investor_name(text, "name")) or "", language, kind)


def _spelled(check: Checks, cleaned: str, language: str | None, kind: NameKind | str) -> dict[str, Any]:
    return {
        "text": cleaned,
        "language": check.text(language or script_language(cleaned), "language", 12),
        "kind": check.choice(NameKind, kind, "kind"),
    }


def script_language(text: str) -> str:
    """Return the likely language of a name by its script: ja with kana, ko with hangul, zh for other Han, else en."""
    scripts = {unicodedata.name(character, "").split(" ")[0] for character in text}
    if scripts & {"HIRAGANA", "KATAKANA"}:
        return "ja"
    if "HANGUL" in scripts:
        return "ko"
    return "zh" if "CJK" in scripts else "en"
