import sys
from importlib import import_module

QUESTIONS = {
    "triage": "How well is danger to life told from what people write?",
    "pages": "How long does the server need for each page, with how many queries, and how heavy is it?",
    "matches": "How long do matches take?",
    "nearest": "How long do the nearest twenty that are open now take among a million services, next to PostGIS?",
    "matches_million": "How long do matches with reasons take among a million services, and how does it grow?",
    "search": "How long does the one box take over a million documents, next to tantivy on the same text?",
    "places": "How long do all villages of the country take to come in, next to a raw bulk insert of the same rows?",
    "ledger": "How does the register do with 900,000 organisations of five filings each: files in, files out, pages?",
    "crowd": "Does one machine serve 200 people at once on the large demo city, without errors?",
    "desk": "How long does an officer's desk take with 100,000 open applications?",
    "log": "How fast does the open log grow next to its database alone, and how long does a proof take?",
}


def run(name: str | None) -> int:
    """Run one question, or all; exit code 1 when one misses what the project asks of itself."""
    if name and name not in QUESTIONS:
        print(f"There is no measurement {name}. There are: {', '.join(QUESTIONS)}.", file=sys.stderr)
        return 2
    missed = 0
    for question in [name] if name else QUESTIONS:
        print(f"\n# {question}: {QUESTIONS[question]}\n")
        missed |= import_module(f"bench.{question}").main()
    return missed
