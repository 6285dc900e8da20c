"""When a step done by several is done: 会签 asks for all or a number of consents, 集体讨论 for more than half.

Source: 市场监督管理行政处罚程序规定 (2022) art. 60 (collective discussion by the leaders); how votes are counted is not laid
down there, the bureau's own rule of procedure is the majority of those present.
"""

from collections.abc import Sequence


def result(mode: str, outcomes: Sequence[str], waiting: int, *, choices: Sequence[str], quota: str = "") -> str | None:
    """The outcome of a step by several, or None while it is open. The first of `choices` is consent, the last refusal.

    `outcomes` are those given so far, `waiting` the number still to come.
    """
    consent, refusal = choices[0], choices[-1]
    agreed = sum(each == consent for each in outcomes)
    total = len(outcomes) + waiting
    if mode == "vote":
        if waiting:
            return None  # everyone is heard before the result is known
        return consent if agreed * 2 > total else refusal
    needed = min(int(quota), total) if quota.isdecimal() and int(quota) else total
    if agreed >= needed:
        return consent
    if agreed + waiting < needed:
        return refusal
    return None
