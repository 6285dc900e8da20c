from .certificate import EnforcementCertificate
from .grant import Grant, Role
from .password import PasswordRecord
from .unit import Unit
from .user import User

__all__ = ["EnforcementCertificate", "Grant", "PasswordRecord", "Role", "Unit", "User"]
