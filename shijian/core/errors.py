"""What the product says when it will not do something."""


class Refused(Exception):
    """A rule does not allow the act; the message is a Chinese sentence that says what to do next.

    Subclasses stand beside the act that raises them and carry a `code` (`events.not_yours`) and, where a
    law is the reason, the `article`.
    """

    code = "core.refused"
    article = ""

    def __init__(self, message: str, *, article: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.article = article or self.article


class InvalidInput(Refused):
    """Data from outside cannot be used: names the field, the row (1 is the first line of the file) and the remedy."""

    code = "core.invalid_input"

    def __init__(self, reason: str, *, field: str = "", row: int | None = None, remedy: str = "") -> None:
        where = (f"第 {row} 行" if row is not None else "") + (f"“{field}”" if field else "")
        super().__init__("：".join(part for part in (where, reason) if part) + (f"。{remedy}" if remedy else ""))
        self.field, self.row, self.reason, self.remedy = field, row, reason, remedy
