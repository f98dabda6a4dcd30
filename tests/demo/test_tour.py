import os
import subprocess
import sys
from pathlib import Path

import pytest

TOLD = {
    "zh": [
        "我妈妈82岁，刚出院，想找人上门帮她洗澡", "读作：上门助浴", "提供的是居家照护，您要的是上门助浴",
        "这个时段刚刚被约走", "赵丽不能去：健康证已于", "起可以签到", "签到距离最多 300 米", "证据等级 B",
        "证据等级升为 A", "差评整改，期限 ", "service.rectify_bad_rating", "赵玲（机构）", "已签退，服务 63 分钟",
        "主流程到此结束",
    ],
    "en": [
        "Read as: Bathing at home", "It offers Care at home, and you asked for Bathing at home.",
        "This time has just been taken; choose another.", "赵丽 cannot go: Health certificate ended on",
        "check-in opens at", "at most 300 m are allowed", "Evidence grade B", "the evidence is now grade A",
        "Put right what was badly rated, by ", "service.rectify_bad_rating", "赵玲, provider", "That was the main job.",
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_tour_tells_the_main_job_with_its_refusals(tmp_path: Path, language: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "linli", "tour", "--data", str(tmp_path / "tour"), "--language", language],
        env=dict(os.environ, LINLI_TESTING=""), capture_output=True, text=True, timeout=60, check=False,
    )
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert [part for part in TOLD[language] if part not in said] == []
