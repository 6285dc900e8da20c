"""What a password must be, by profile. Pure; the lists of leaked passwords and the history are asked by the service.

`cn-mlps3` follows GB/T 22239-2019 8.1.4.1 a) as assessed (complexity, change at intervals). `asvs-l2` follows OWASP
ASVS 5.0 6.2: length instead of composition, no forced change, nothing that has leaked. The two contradict each other,
so a bureau chooses one (`PASSWORD_PROFILE`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

KINDS = (r"[a-z]", r"[A-Z]", r"\d", r"[^0-9A-Za-z]")
LONGEST = 128  # hashing a book would keep a server busy


@dataclass(frozen=True, slots=True)
class PasswordProfile:
    """`kinds` of the four kinds of characters; `max_age_days` 0 = never outworn; `history` = how many may not return."""

    code: str
    min_length: int
    kinds: int
    max_age_days: int
    history: int
    refuses_breached: bool
    advice: str

    def faults(self, password: str, *, personal: Iterable[str] = ()) -> list[str]:
        """What the password lacks, as sentences; `personal` are words it may not contain (number, name)."""
        faults = []
        if len(password) < self.min_length:
            faults.append(f"密码至少 {self.min_length} 位。")
        if len(password) > LONGEST:
            faults.append(f"密码最多 {LONGEST} 位。")
        if sum(bool(re.search(kind, password)) for kind in KINDS) < self.kinds:
            faults.append("密码应包含大写字母、小写字母、数字、符号中的至少三种。")
        if any(word and word.lower() in password.lower() for word in personal):
            faults.append("密码不能包含工号或姓名。")
        return faults

    def days_left(self, changed_at: datetime, now: datetime) -> int:
        """Days until the password must be changed; 0 where the profile does not ask for it."""
        return max(self.max_age_days - (now - changed_at).days, 0) if self.max_age_days else 0

    def is_too_old(self, changed_at: datetime, now: datetime) -> bool:
        return bool(self.max_age_days) and now - changed_at > timedelta(days=self.max_age_days)


PROFILES = {
    profile.code: profile
    for profile in (
        PasswordProfile(
            "cn-mlps3",
            min_length=10,
            kinds=3,
            max_age_days=90,
            history=5,
            refuses_breached=True,
            advice="密码至少 10 位，包含大写字母、小写字母、数字、符号中的三种，不能包含工号或姓名，不能与最近 5 次相同；每 90 天更换一次。",
        ),
        PasswordProfile(
            "asvs-l2",
            min_length=12,
            kinds=0,
            max_age_days=0,
            history=0,
            refuses_breached=True,
            advice="密码至少 12 位，可以是一句自己记得住的话；不能是已泄露的常见密码，不能包含工号或姓名。不要求定期更换。",
        ),
    )
}
