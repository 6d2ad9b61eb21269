"""What a district's office sends down in five weeks, and what happens to its units meanwhile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from infra.local.rehearsal.returns import EDUCATION, OWN_ELECTION, RECTIFICATION


@dataclass(frozen=True, slots=True)
class Area:
    """A functional area: of the first units below the district that have branches, by code, one leads it, and some
    branches of so many others answer to that one there. Which they are is made up.
    """

    name: str
    others: int
    branches_each: int


@dataclass(frozen=True, slots=True)
class Task:
    """A directive of the campaign; ``day`` counts calendar days from the campaign's beginning."""

    day: int
    number: str
    title: str
    text: str
    basis: str
    urgency: str = "ordinary"
    # Empty: every unit.
    kinds: tuple[str, ...] = ()
    report_workdays: int = 10
    # The form that its reports carry; empty: due and done alone.
    form: str = ""
    # The functional area by whose route it goes, to the branches there; none: by the unit tree.
    area: Area | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """What is played; every day counts calendar days from the beginning."""

    tasks: tuple[Task, ...]
    # Posts that change hands, and a unit that goes into another.
    hand_over_days: tuple[int, ...]
    merge_day: int
    end_day: int
    # The turnover's plan is played too.
    plan: bool
    # Nothing more is begun after the last day; else what was begun is played out.
    stops: bool = False


SOURCE: Final = "区委换届工作领导小组办公室"
AREA: Final = Area("示例功能区", others=3, branches_each=5)
FLOATING: Final = Task(
    4,
    "换届办〔{year}〕3号",
    "核对功能区内流动党员参加换届选举情况",
    "请功能区内各党支部逐人核对流动党员参加换届选举的情况。应报为应核对人数，已报为已核对人数。",
    "区委换届工作实施方案",
    kinds=("branch",),
    area=AREA,
)
TASKS: Final = (
    Task(
        0,
        "换届办〔{year}〕1号",
        "报送换届工作责任人和联络员",
        "请各级党组织明确换届工作责任人和联络员，核对本单位党员人数后报送。应报为本单位党员人数，已报为已核对人数。",
        "《中国共产党地方组织选举工作条例》",
        "urgent",
        report_workdays=8,
    ),
    Task(
        2,
        "换届办〔{year}〕2号",
        "核对党员名册和选举权情况",
        "请各党支部逐人核对党员名册、组织关系和选举权情况。应报为应核对人数，已报为已核对人数。",
        "《中国共产党基层组织选举工作条例》",
        kinds=("branch",),
    ),
    FLOATING,
    Task(
        6,
        "换届办〔{year}〕4号",
        "开展严肃换届纪律专题教育",
        "请各级党组织组织党员学习换届纪律要求，观看警示教育片，做到全覆盖。应报为应受教育人数，已报为已受教育人数。",
        "关于严肃换届纪律加强换届风气监督的通知",
        form=EDUCATION,
    ),
    Task(
        10,
        "换届办〔{year}〕5号",
        "开展换届准备工作自查",
        "请各党委、党总支对照任务清单逐项自查，发现问题立行立改。应报为应查事项数，已报为已查事项数。",
        "区委换届工作实施方案",
        kinds=("working_committee", "primary_committee", "general_branch"),
    ),
    Task(
        14,
        "换届办〔{year}〕6号",
        "代表推荐提名准备情况",
        "请各党支部报送参加推荐提名的党员人数和会议准备情况。应报为应到会人数，已报为已通知人数。",
        "《中国共产党地方组织选举工作条例》",
        "urgent",
        kinds=("branch",),
        report_workdays=9,
    ),
    Task(
        19,
        "换届办〔{year}〕7号",
        "换届风气监督整改情况",
        "请各级党组织报送换届风气监督检查发现问题的整改情况。应报为应整改事项数，已报为已整改事项数。",
        "区委换届工作实施方案",
        form=RECTIFICATION,
    ),
)
FIVE_WEEKS: Final = Script(TASKS, hand_over_days=(7, 8, 12), merge_day=11, end_day=36, plan=True)
FOUR_WEEKS: Final = Script(
    (
        Task(
            0,
            "换届办〔{year}〕11号",
            "报送换届纪律教育情况",
            "请各级党组织按人员类别报送换届纪律教育情况。只报数字，不报姓名。",
            "关于严肃换届纪律加强换届风气监督的通知",
            "urgent",
            report_workdays=9,
            form=EDUCATION,
        ),
        Task(
            4,
            "换届办〔{year}〕12号",
            "报送本支部换届选举准备情况",
            "请各党支部报送选举名册、场地和材料准备情况。",
            "《中国共产党基层组织选举工作条例》",
            kinds=("branch",),
            form=OWN_ELECTION,
        ),
        Task(
            7,
            "换届办〔{year}〕13号",
            "报送换届风气问题整改情况",
            "请各党工委报送自查发现问题的整改情况。应报为发现问题数，已报为已整改数。",
            "区委换届工作实施方案",
            kinds=("working_committee",),
            form=RECTIFICATION,
        ),
        replace(FLOATING, day=9, number="换届办〔{year}〕14号"),
    ),
    hand_over_days=(8, 10, 12),
    merge_day=11,
    end_day=28,
    plan=False,
    stops=True,
)

RETURN_REASONS: Final = ("缺少签到表", "人数与名册不符", "未附会议记录", "整改措施不具体")
CORRECTION_REASONS: Final = ("复核名册时发现漏计", "重复计算了转出的党员", "补课情况核实后有变化")
SUMMARIES: Final = ("已按要求办理。", "已召开会议部署并逐项落实。", "除外出人员外均已完成，余下人员已安排补课。")
EXTENSION_REASON: Final = "集中会议改期，请延长办理时限"
MERGE_REASON: Final = "党员人数较少，经上级党组织批准合并设置"

# Sample persons are obviously samples: 示例甲027.
SAMPLE_STEMS: Final = "甲乙丙丁戊己庚辛壬癸"
SAMPLE_NUMBER_MAX: Final = 999
