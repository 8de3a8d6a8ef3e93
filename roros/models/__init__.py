"""What the ground floor stores: people and their roles, the dated organisation, and what was imported when."""

from roros.models.imports import CodeMapping, DataVersion, ImportChange, ImportRun, RememberedLayout, StoredFile
from roros.models.organisation import Ansvar, Plassering, Rammeomrade, Virksomhet
from roros.models.users import Role, RoleAssignment, User

__all__ = [
    "Ansvar",
    "CodeMapping",
    "DataVersion",
    "ImportChange",
    "ImportRun",
    "Plassering",
    "Rammeomrade",
    "RememberedLayout",
    "Role",
    "RoleAssignment",
    "StoredFile",
    "User",
    "Virksomhet",
]
