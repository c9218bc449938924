"""The examples of the help pages run: on the demo's database, or on a small one that has the records they name."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal, prepare
from tests.cli.kit.test_help import EXAMPLES

# tests/cli/kit/test_help.py reads every example in the quick tier; here each is typed at a copy of a database.
pytestmark = [pytest.mark.portable, pytest.mark.whole]

_TOKYO = "东京|JP|Asia/Tokyo|2023-02-06 14:35|2023-02-10"
_SEOUL = "首尔|KR|Asia/Seoul|2099-02-06 14:35|2099-02-10"
_LED = "--title 招商团 --leader 副市长 --rank city"
#: What the small database has besides the lines of ``prepare``.
RECORDS = (
    "staff add li.na --name 李娜 --role manager --unit gaoxin --since 2020-01-01",
    "investor add 丸红中国 --country CN",
    "investor add 三井物产 --country JP",
    "investor add 伊藤忠 --country JP",
    "investor add 山东高速 --country CN",
    "contact add 丸红 佐藤 --title 课长",
    "contact add 丸红 总经理",
    "lead tag 1 周会",
    "lead tag 2 例会",
    "investor tag 1 周会",
    "event add tokyo-2023 --title 推介会 --place 东京 --country JP --starts 2023-02-08",
    "event add autumn-forum --title 论坛 --place 济南 --starts 2099-09-01",
    f"trip plan japan-2023 --starts 2023-02-06 --ends 2023-02-10 --late-reason 补录 --leg '{_TOKYO}' {_LED}",
    f"trip plan korea-2023 --starts 2099-02-06 --ends 2099-02-10 --leg '{_SEOUL}' {_LED}",
)
_MET = "visit log 丸红 --contact 田中 --note 会谈 --at '2023-02-08 14:00'"
_JOINED = "investor join-group 丸红中国 丸红株式会社 --since 2020-01-01"
_EMPLOYED = "contact employ 田中 三井物产 --title 顾问"
_CLAIMED = "claim file 1 --unit bureau"
_REQUESTED = "request resolve 4 --outcome 已解决"
#: Beginnings of examples: what is typed before them.
BEFORE = {
    "view remove 周会": ("lead list --stage negotiating --save 周会",),
    "lead advance 1": (_MET,),
    "lead resume 1": ("lead hold 1 --reason 换届 --review 2099-01-01",),
    "lead reopen 1": ("lead abandon 1 --reason 暂缓",),
    "investor restore 3": ("investor archive 3 --reason 停业",),
    "investor leave-group": (_JOINED,),
    "investor edit-group": (_JOINED,),
    "investor withdraw-group": (_JOINED,),
    "investor restore-group": (_JOINED, "investor withdraw-group 丸红中国"),
    "contact withdraw-employment": (_EMPLOYED,),
    "contact restore-employment": (_EMPLOYED, "contact withdraw-employment 田中 三井物产"),
    "contact restore 田中": ("contact archive 田中 --reason 退休",),
    "tag split 例会": ("tag merge 例会 周会",),
    "trip member japan-2023 li.na --leave": ("trip member japan-2023 li.na --duty 联络",),
    "trip unit japan-2023 gaoxin --leave": ("trip unit japan-2023 gaoxin --leader 主任 --rank first",),
    "claim renew 1": (_CLAIMED,),
    "claim transfer 1": (_CLAIMED,),
    "claim release 1 --reason": (_CLAIMED,),
    "report restatement 2022": ("figure close 2022",),
    "figure close 2022 --reason": ("figure close 2022",),
    "todo reopen 4": ("todo done 4 --result 已寄",),
    "target restore events-2023": ("target end events-2023 --reason 停止考核",),
    "request rate 4": (_REQUESTED,),
    "request reopen 4": (_REQUESTED,),
    "unit restore gaoxin": ("unit archive gaoxin --leave-open 并入 --reason 撤并",),
    "staff restore tokyo.desk": ("staff archive tokyo.desk --leave-open 调离 --reason 调离",),
}
#: Why an example cannot run on either database: the beginnings of those examples.
REFUSED = {
    "the record is there already": (
        "demo --year",
        "investor add 丸红株式会社 --country ",
        "unit add gaoxin --name 高新区 --n",
        "staff add tokyo.desk --name 东京",
    ),
    "neither database has the record in the state it needs": (
        "lead edit 1 --industry C36 --version 3",
        "lead settle 1",
        "visit log L3 --kind call --con",
        "claim rule 1 lixia=100 --reason 首谈在先",
        "claim rule 1 lixia=60 gaoxin=4",
        "target freeze 2023 --as-of 2023-06-30",
        "staff unbind tokyo.desk --os tokyodesk --reason 调离",
        "staff unbind tokyo.desk",
        "lead open 丸红 --title 二期扩产 --source referral:住友商事 --parent 3",
        "lead advance 1 --to registered --reason 直接注册",
        "lead back 1 --to negotiating --reason 协议解除",
        "lead hold 1 --reason 总部换届 --review 2023-06-01",
        "visit edit 5 --lead 3 --reason 记错项目",
        "todo edit 4 --owner li.na --reason 换人负责",
        "investor restore 丸红 --reason 重新来访",
        "investor unidentify 丸红 jp_cn:5835678256246 --reason 录错企业",
        "investor unmerge 3 --reason 实为两家",
        "contact unmerge 3 --reason 实为两家",
        "import show 1",
        "import undo 1 --reason 文件有误",
        "referral confirm 3 总经理 --on 2023-02-20",
        "referral decline 3 --reason 对方称系自行接洽",
        "referral restore 3 --reason 误撤",
        "referral share 12 3=60 4=40 --reason 双方商定",
        "claim release 1 --unit lixia --reason 两区商定",
        "trip plan japan-2023 --title 赴",
        "trip edit japan-2023 --starts 2023-02-20",
        "trip edit japan-2023 --ends 20",
        "trip edit japan-2023 --leader 市长 --rank city",
        "trip cancel-visit japan-2023 3 --reason 对方改期",
        "trip cost japan-2023 '250000 CNY' --item 总预算 --kind budget",
        "trip withdraw-cost 12 --reason 重复登记",
        "event edit-attendance 7 --people 60",
        "event edit-attendance 7 --contact 田中 --people 1",
        "event withdraw-attendance 7 --reason 未到场",
        "event restore-attendance 7",
        "request open 91370100MA3C0000X",
        "request assign 4 --unit bureau --assignee li.na",
        "capital record 1 500万美元 --arri",
        "capital verify 7",
        "capital confirm 7",
        "contract verify 7",
        "contract confirm 7",
        'contract correct 7 --amount "4500000 USD" --reason 金额录入有误',
        "contract reverse 7 --reason 金额录入有误",
        "contract show 7",
        'rate convert "100000000 JPY" USD --on 2023-02-17',
        "report restatement 2022 --explain actual_fdi",
    ),
    "it reads a file or a folder of the user's": (
        "db restore crm-2023-02-06.db --yes",
        "db load bureau.jsonl --db sqlite:///new.db",
        "lead evidence 1 --kind operati",
        "lead save-evidence 12 agreement.pdf",
        "contact erase-again erased.json",
        "contact erase-again crm.db.erased",
        "import 台账.csv",
        "import 台账.csv --set lead.sourc",
        "import 台账.csv --same 17=I7",
        "import 台账.csv --apply 3f9a61c2d4e07b58 --skip-refused 退回.xlsx",
        "trip plan --file japan.toml",
        "rate load 人民币汇率中间价.csv",
        "rate load eurofxref-hist.csv",
        "rate load own.csv --source bank",
        "industry load GBT4754-2017.csv",
        "target load targets-2023.toml",
        "target load targets-2023.toml --reason 年中调整",
        "audit verify --anchors /media/anchors --key anchors.key.pub",
        "audit anchor --key anchors.key --anchors /media/anchors",
        "audit key --output anchors-202",
    ),
    "the record is another person's there, so a reason is asked for": (
        "lead edit-evidence 12 --dated ",
        "lead restore-evidence 12",
        'visit edit 5 --at "2023-02-08 15:00" --note "谈到二期用地"',
        "visit edit 5 --contact 田中 --contact 佐藤 --next 寄送地块资料",
        "visit restore 5",
        "todo edit 4 --due 2030-03-05",
        'todo edit 6 --at "2030-02-21 10:00"',
        "todo restore 4",
        "referral edit 3 --introduced 2023-02-08 --channel chamber",
        "claim edit 3 --note 首次洽谈纪要2023-02-09",
        "request edit 4 --text 厂房用电增容至2000千伏安 --kind utilities",
        "request restore 4",
    ),
    "it needs a mail server": ("digest --station tokyo --mail tokyo@example.com",),
    "it needs a PostgreSQL server": (
        "staff bind tokyo.desk --role tokyo_desk",
        "db roles > roles.sql",
        "db roles --apply",
        "db roles --prefix jinan",
    ),
}


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's database; nobody writes to it."""
    file = tmp_path_factory.mktemp("demo") / "crm.db"
    Terminal(f"sqlite:///{file}", user="bureau.admin").ok("demo", "--json")
    return file


@pytest.fixture(scope="module")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small database with leads at contact; nobody writes to it."""
    file = tmp_path_factory.mktemp("small") / "crm.db"
    terminal = Terminal(f"sqlite:///{file}")
    prepare(terminal)
    for line in RECORDS:
        terminal.ok(*shlex.split(line))
    return file


def typed(example: str) -> list[str]:
    """Return the words of an example behind ``crm``; what the shell does with the output is left out."""
    words = shlex.split(example.split(" > ", maxsplit=1)[0])
    return (shlex.split(words[1].removeprefix("$(").removesuffix(")")) if words[0] == "eval" else words)[1:]


def runs(example: str, file: Path, folder: Path, user: str) -> bool:
    """Return whether an example runs on a copy of a database, after the lines that make its record ready."""
    copied = folder / file.parent.name / "crm.db"
    copied.parent.mkdir()
    shutil.copy(file, copied)
    terminal = Terminal(f"sqlite:///{copied}", user=user)
    for beginning, lines in BEFORE.items():
        if example.startswith(f"crm {beginning}"):
            for line in lines:
                terminal.type(*shlex.split(line))
    return terminal.type(*typed(example)).exit_code == 0


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(
    example: str, demo_file: Path, small_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On either database; one that cannot is listed with the reason, and is refused in a sentence."""
    monkeypatch.chdir(tmp_path)
    ran = runs(example, demo_file, tmp_path, "bureau.admin") or runs(example, small_file, tmp_path, "boss")
    assert ran != any(example.startswith(f"crm {beginning}") for group in REFUSED.values() for beginning in group)


def test_what_is_listed_is_an_example() -> None:
    """Nothing is left of an example that was changed."""
    beginnings = [*BEFORE, *(beginning for group in REFUSED.values() for beginning in group)]
    unknown = [some for some in beginnings if not any(example.startswith(f"crm {some}") for example in EXAMPLES)]
    assert unknown == []
