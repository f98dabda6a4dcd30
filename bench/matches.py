"""How long `GET /api/v1/needs/{ref}/matches` takes for needs of the demo, next to its statements alone."""
import json
import re
from http.client import HTTPConnection
from time import perf_counter
from typing import Any

from bench.node import demo, share
from bench.pages import verdict

NEEDS, ROUNDS = 40, 5
MOST_MS = 60.0


class Caller:
    """A program with a token and a connection kept open."""

    def __init__(self, port: int, token: str) -> None:
        self.line, self.token = HTTPConnection("127.0.0.1", port, timeout=30), token

    def get(self, path: str) -> tuple[int, bytes, str, float]:
        """Status, body, Server-Timing, and the milliseconds by the wall."""
        begin = perf_counter()
        self.line.request("GET", path, headers={
            "Host": "localhost", "Authorization": f"Bearer {self.token}", "Accept": "application/json"})
        answer = self.line.getresponse()
        body = answer.read()
        return answer.status, body, answer.headers.get("Server-Timing", ""), (perf_counter() - begin) * 1000


def needs(port: int, people: list[dict[str, Any]]) -> list[tuple[Caller, str]]:
    """Who may ask for which need: the personas' own, then fresh ones that the hotline's agent posts."""
    tokens = {one["key"]: one["token"] for one in people}
    agent, made = Caller(port, tokens["hotline_agent"]), []
    resident = next(one["ref"] for one in people if one["key"] == "resident")
    texts = ("想找人上门帮妈妈洗澡", "需要陪诊去医院", "家里水管漏水", "孩子放学后没人看", "想请人来做家务",
             "一日三餐送上门", "心里难受想找人聊聊", "想请护士上门换药")
    for number in range(NEEDS):
        body = json.dumps({"text": texts[number % len(texts)], "for": resident,
                           "consented": True}).encode()
        agent.line.request("POST", "/api/v1/needs", body, {
            "Host": "localhost", "Authorization": f"Bearer {agent.token}", "Content-Type": "application/json",
            "Idempotency-Key": f"bench-{number}"})
        answer = agent.line.getresponse()
        told = json.loads(answer.read())
        if answer.status not in (200, 201):
            raise SystemExit(f"a need was refused: {told}")
        made.append((agent, told["ref"]))
    return made


def main() -> int:
    wall, app, db, queries = list[float](), list[float](), list[float](), set[int]()
    with demo() as (port, told, _):
        asked = needs(port, told["personas"])
        for caller, ref in asked[:3]:
            caller.get(f"/api/v1/needs/{ref}/matches")
        for _ in range(ROUNDS):
            for caller, ref in asked:
                status, _, timing, spent = caller.get(f"/api/v1/needs/{ref}/matches")
                assert status == 200, status
                wall.append(spent)
                parts = re.search(r"app;dur=([\d.]+), db;dur=([\d.]+);desc=\"(\d+)\"", timing)
                assert parts
                app.append(float(parts[1]))
                db.append(float(parts[2]))
                queries.add(int(parts[3]))
    print(f"{len(asked)} needs, {ROUNDS} times each; {min(queries)} to {max(queries)} statements")
    print(f"{'':22}{'p50 ms':>8}{'p95 ms':>8}{'p99 ms':>8}")
    for name, values in (("statements alone", db), ("the server", app), ("by the wall", wall)):
        print(f"{name:22}" + "".join(f"{share(values, part):8.1f}" for part in (.5, .95, .99)))
    return verdict([(f"matches: p99 {share(app, .99):.1f} ms (at most {MOST_MS:.0f})", share(app, .99) <= MOST_MS)])


if __name__ == "__main__":
    raise SystemExit(main())
