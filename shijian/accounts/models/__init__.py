from .certificate import EnforcementCertificate
from .delegation import Delegation
from .grant import Grant, Role
from .password import PasswordRecord
from .password_reset import PasswordReset
from .unit import Unit
from .user import User

__all__ = ["Delegation", "EnforcementCertificate", "Grant", "PasswordRecord", "PasswordReset", "Role", "Unit", "User"]
