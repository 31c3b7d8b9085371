"""Every trade that there is; whatever carries a conversation makes them known: ``registry.register(*TRADES)``."""

from bots.deeds.action import ActionTrade
from bots.deeds.attaching import AttachTrade
from bots.deeds.audit import AuditTrade
from bots.deeds.exit_step import ExitStepTrade
from bots.deeds.exit_trigger import ExitTriggerTrade
from bots.deeds.issue import IssueTrade
from bots.deeds.joint_action import JointActionTrade
from bots.deeds.nonconformity import NonconformityTrade
from bots.deeds.obligation import ObligationTrade
from bots.deeds.raising import RaiseIssue, RaiseNonconformity
from bots.deeds.reminder import ReminderTrade
from bots.deeds.rules import Trade

TRADES: tuple[Trade, ...] = (
    ReminderTrade(),
    NonconformityTrade(),
    ActionTrade(),
    IssueTrade(),
    ObligationTrade(),
    ExitTriggerTrade(),
    ExitStepTrade(),
    AuditTrade(),
    JointActionTrade(),
    RaiseNonconformity(),
    RaiseIssue(),
    AttachTrade(),
)
