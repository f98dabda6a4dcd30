from linli.engines.search.rules.finding import (
    MOST_CHARACTERS,
    MOST_TERMS,
    NEAR,
    SNIPPET,
    Part,
    Tier,
    clean,
    joined,
    key,
    marked,
    score,
    snippet,
    terms,
    tokens,
    words,
)

__all__ = [
    "MOST_CHARACTERS", "MOST_TERMS", "NEAR", "SNIPPET", "Part", "Tier", "clean", "joined", "key", "marked", "score",
    "snippet", "terms", "tokens", "words",
]
