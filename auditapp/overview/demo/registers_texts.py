"""What stands in the registers of the demonstration."""

from typing import Any

from auditapp.relationships.registers.communications.rules import Audience, Channel, HowOften
from auditapp.relationships.registers.ideas.rules import Category
from auditapp.relationships.registers.lessons.rules import Theme
from auditapp.relationships.registers.risks.rules import RiskKind, Treatment
from auditapp.relationships.rules import Sharing, Stage

SHARED, OURS = Sharing.SHARED, Sharing.INTERNAL
K, T = RiskKind, Treatment
# relationship, who, kind, what may happen, cause, effect, before, with treatment, treatment, what is done,
# written days ago, treatment due in days, who reads it
RISKS: tuple[tuple[Any, ...], ...] = (
    (
        "R-01", "kim", K.RISK, "Two possessions are cancelled in one season",
        "Freight paths are sold late and take the weekend back.", "Six weeks of work move into the winter timetable.",
        (4, 5), (2, 5), T.REDUCE, "Book possessions together a period ahead; keep one weekend in hand.", 300, 40, SHARED,
    ),
    (
        "R-01", "wes", K.RISK, "Signalling staff are not there for the night shifts",
        "The same people are asked for by three projects.", "Shifts end early; the line opens late.",
        (3, 4), None, T.SHARE, "Both sides train four more people and lend them to each other.", 150, 75, SHARED,
    ),
    (
        "R-01", "kim", K.RISK, "The partner's new director wants a contract of the old kind",
        "A change of the board in spring.", "The joint team loses its mandate.", (2, 5), (2, 3), T.REDUCE,
        "Ben meets the director in the first month; the value so far is shown in figures.", 80, 20, OURS,
    ),
    (
        "R-01", "kim", K.OPPORTUNITY, "The second section could use the same joint crew",
        "Its plan has the same night windows.", "Two mobilizations fewer.", (3, 3), (4, 4), T.ENHANCE,
        "Put both plans on one wall and look for common nights.", 120, 60, SHARED,
    ),
    (
        "R-01", "kim", K.RISK, "Sleepers of the new kind arrive late",
        "One factory, one mould.", "The old kind is laid and must be replaced in ten years.", (3, 3), (2, 3), T.SHARE,
        "Northlight holds four weeks of stock.", 260, -30, SHARED,
    ),
    (
        "R-02", "leo", K.RISK, "A turbine blade fails in its first winter",
        "Sand in the current is coarser than in the model.", "Output halves for a season; both lose revenue.",
        (3, 5), (2, 4), T.REDUCE, "Inspect after the first three storms; a spare set is kept ashore.", 380, 55, SHARED,
    ),
    (
        "R-02", "xavi", K.OPPORTUNITY, "The grid pays for steady output",
        "A new tariff is under consultation.", "A tenth more revenue for the alliance.", (2, 4), (3, 4), T.EXPLOIT,
        "Answer the consultation together.", 90, 25, SHARED,
    ),
    (
        "R-03", "mia", K.RISK, "Forecasts are shared after the lorries are booked",
        "Sites plan on Thursday, the partner on Wednesday.", "One lorry in nine runs half empty.",
        (4, 2), (2, 2), T.AVOID, "Sites plan on Tuesday.", 420, -200, SHARED,
    ),
    (
        "R-05", "mia", K.RISK, "One of three parents leaves the venture",
        "Low-carbon sleepers are no longer in its strategy.", "A third of the orders is gone.", (1, 5), None, T.ACCEPT,
        "Looked at every quarter; the exit strategy says what happens then.", 200, None, OURS,
    ),
)  # fmt: skip
# relationship, who, idea, category, expected for us and for the partner (pounds or words), days ago, days until the target
IDEAS: tuple[tuple[Any, ...], ...] = (
    ("R-01", "wes", "One plan of possessions for both organizations", Category.TIME, 180_000, 120_000, 330, -60),
    ("R-01", "oona", "Lend each other tampers between projects", Category.COST, 45_000, "Fewer hired machines", 210, 30),
    ("R-01", "kim", "One safety briefing for mixed crews", Category.QUALITY, "Half an hour per shift", "The same", 60, 120),
    ("R-01", "wes", "Paint the depot in both colours", Category.CAPABILITY, "Pride", "Pride", 100, None),
    ("R-01", "kim", "Share the ballast of the old line with the road authority", Category.SUSTAINABILITY, 20_000, 0, 12, 200),
    ("R-01", "pip", "Sell the survey data to others", Category.REVENUE, 15_000, None, 140, None),
    ("R-02", "xavi", "Inspect blades with the harbour's drone", Category.COST, 60_000, 60_000, 260, -90),
    ("R-02", "leo", "Joint innovation fund for young engineers", Category.CAPABILITY, "Six projects a year", "The same", 45, 160),
    ("R-03", "mia", "Return loads on the partner's lorries", Category.COST, 30_000, 42_000, 400, -220),
)  # fmt: skip
# relationship, who, the lesson, what happened, what was learned, recommendation, themes, stage, days ago, who reads it
LESSONS: tuple[tuple[Any, ...], ...] = (
    (
        "R-01", "kim", "Book possessions before the freight paths are sold",
        "We lost a weekend in May because our partner heard of it from the timetable.",
        "Their planning runs six weeks before ours. Asking earlier costs nothing.",
        "Put the partner's planning calendar beside your own on the first day.",
        (Theme.DELIVERY, Theme.INFORMATION), Stage.WORKING_TOGETHER, 190, SHARED,
    ),
    (
        "R-01", "wes", "A joint crew needs one foreman, not two",
        "Two foremen gave two orders in one night.", "People follow whom they see first.",
        "Name one for each shift, in turn from each side.", (Theme.GOVERNANCE, Theme.PEOPLE), Stage.WORKING_TOGETHER, 95, SHARED,
    ),
    (
        "R-02", "leo", "Agree how value is counted before it is there",
        "Both sides had a figure for the first saving; they differed by half.",
        "A baseline that both signed is worth more than a good argument afterwards.",
        "Measure once together before an idea is started.", (Theme.VALUE, Theme.CONTRACT), Stage.VALUE_CREATION, 170, SHARED,
    ),
    (
        "R-03", "mia", "Trust survives a bad month if it is named at once",
        "Deliveries were late for four weeks; the partner told us on the first day.",
        "We planned around it and nobody was blamed.", "Thank people for bad news.",
        (Theme.BEHAVIOUR,), Stage.STAYING_TOGETHER, 120, SHARED,
    ),
    (
        "R-07", "kim", "Hand over drawings in the format of those who stay",
        "The last drawings came in a format that nobody of ours opens.",
        "An exit is tested by opening what was handed over, not by counting files.",
        "Open ten files a month before the end.", (Theme.EXIT, Theme.INFORMATION), Stage.EXIT_STRATEGY, 145, OURS,
    ),
    (
        "R-04", "noah", "Ask references about their worst week",
        "Every reference was happy until we asked what had gone wrong.",
        "Behaviour under stress tells more than a demonstration.", "One question in every reference call.",
        (Theme.BEHAVIOUR, Theme.RISK), Stage.PARTNER_SELECTION, 40, OURS,
    ),
)  # fmt: skip
B, OWN, OUT = Audience.BOTH, Audience.OWN, Audience.OTHERS
# relationship, what, what for, to which party, to whom, way, how often, who does it, confidential, since days, done each time
PLANS: tuple[tuple[Any, ...], ...] = (
    (
        "R-01", "Look ahead of the joint team", "Everybody knows what the next fortnight needs.", B, "Joint team, site leads",
        Channel.CALL, HowOften.FORTNIGHT, "kim", "", 200, True,
    ),
    (
        "R-01", "Letter of the two directors", "Staff of both hear the same about where this goes.", B,
        "All staff on the line", Channel.EMAIL, HowOften.QUARTER, "wes", "No figures before both boards have seen them.", 300, True,
    ),
    (
        "R-01", "Note for lineside neighbours", "Nobody is woken without having been told.", OUT, "Parishes along the line",
        Channel.LETTER, HowOften.MONTH, "oona", "", 250, False,
    ),
    (
        "R-01", "What the board should know", "No surprise for our own board.", OWN, "Board, SER", Channel.REPORT,
        HowOften.MONTH, "kim", "Internal: assessments of the partner's situation.", 220, True,
    ),
    (
        "R-02", "Alliance week", "Engineers of both see each other's work.", B, "Engineers", Channel.EVENT, HowOften.HALF,
        "leo", "", 330, True,
    ),
    (
        "R-03", "Forecast of the sites", "Lorries are booked once.", B, "Dispatchers", Channel.WORKSPACE, HowOften.WEEK,
        "mia", "Prices of third parties are taken out.", 90, True,
    ),
)  # fmt: skip
