"""Articles in words, each law named once."""

from shijian.core.rules.citations import articles, in_words


def cited(citation: str) -> str:
    """《行政处罚法》第五十七条、第五十八条 for `行政处罚法 57,58`."""
    made: list[str] = []
    last = ""
    for article in articles(citation):
        law, mark, number = in_words(article).partition("》")
        made.append(number if mark and law == last and number else law + mark + number)
        last = law
    return "、".join(made)
