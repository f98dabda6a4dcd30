from linli.engines.search.rules.finding import (
    MOST_BODY,
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
    tier,
    words,
)

__all__ = [
    "MOST_BODY", "MOST_CHARACTERS", "MOST_TERMS", "NEAR", "SNIPPET", "Part", "Tier", "clean", "joined", "key",
    "marked", "score", "snippet", "terms", "tier", "words",
]
