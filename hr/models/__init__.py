"""What the hr room stores: sick leave in days, other staff figures, and internal control."""

from hr.models.control import Answer, ChecklistAnswer, ControlItem, ControlKind
from hr.models.sick_leave import ControlPercent, Cover, Enhet, SickLeave, SickLeaveTarget
from hr.models.staff import FigureKind, StaffFigure

__all__ = [
    "Answer",
    "ChecklistAnswer",
    "ControlItem",
    "ControlKind",
    "ControlPercent",
    "Cover",
    "Enhet",
    "FigureKind",
    "SickLeave",
    "SickLeaveTarget",
    "StaffFigure",
]
