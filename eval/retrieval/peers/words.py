"""The words of a Chinese dictionary (jieba's), for peers that are to be given words."""

__all__ = ["words"]


def words(text: str) -> list[str]:
    """Cut into words, in lower case, without punctuation.

    Without jieba's guesses at unknown words (`hmm`) and without its overlapping words (search mode): so the
    peers find most on the sets that were tried, e.g. recall@1 .981 on a third of CMRC 2018 dev against .975
    and .972.
    """
    import rjieba

    return [word for word in rjieba.cut(text.lower(), hmm=False) if any(map(str.isalnum, word))]
