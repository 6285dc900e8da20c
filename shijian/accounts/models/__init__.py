from .certificate import EnforcementCertificate
from .grant import Grant, Role
from .unit import Unit
from .user import User

__all__ = ["EnforcementCertificate", "Grant", "Role", "Unit", "User"]
