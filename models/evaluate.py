"""Measure the model as it would be used, on rows it never saw; figures on its own training rows would flatter it.

Public rows are scored out of fold; the held-out part of the own corpus by a model trained on everything else. Levels
come from the real policy with the real rules. Rules were written by people who read the rows, so cross-validated
figures flatter them; the card says so.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from compare import whole
from dataset import HEADS, NO_RISK, Rows, corpus_rows, gather, load_rows, own_targets, word_kinds
from disguises import TRANSFORMS, buried
from duplicates import NEAR_COPY, near_copies
from learning import Fitted, calibrated, fit, out_of_fold, settled
from reviewed import REVIEWED, reviewed_rows, reviewed_target
from second import answers_for, asked, together
from sklearn.metrics import roc_auc_score

from hotline.domain.contact import Level
from hotline.triage.lexicon import Lexicon, tags
from hotline.triage.normalise import language_of, reading
from hotline.triage.policy import RiskPolicy, decide
from hotline.triage.scorer import load_lexicon, load_policy, load_twice
from hotline.triage.scorer.kinds import Kinds
from hotline.triage.scorer.twice import Twice

Floats = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int64]
_FOLDS = 5
_BURIED_LINES = 60
_RESAMPLES = 500
_ANY, _SELF, _URGENT = HEADS.index("any_risk"), HEADS.index("suicide_self_harm"), HEADS.index("urgent")
_ROUTINE = ("en_sad", "zh_kdconv", "yue_hkcancor", "yue_lihkg", "zh_cold", "en_rallypoint_no_stb")
_ACTIVE_INTENT = 4


def main(data_dir: Path, models_dir: Path, config_dir: Path, reviewed: Sequence[Path] = ()) -> None:
    """Cross-validate, print the table, and write it between the marks of CARD.md.

    Figures on ``reviewed`` rows are printed and not written: the card is public, and those people are few.
    """
    lexicon = load_lexicon(config_dir)
    rows = load_rows(data_dir, models_dir, lexicon)
    raw = out_of_fold(rows, _FOLDS)
    fitted = calibrated(fit(rows), rows, raw)
    first = fitted.log_odds(raw)
    alone = Way(fitted, None, lexicon, load_policy(config_dir))
    both = replace(alone, twice=load_twice(models_dir))
    answers = None if both.twice is None else answers_for(models_dir, rows.texts)
    lines: list[str] = []
    ways = {"The first reading alone": alone} | ({} if both.twice is None else {"Both readings": both})
    for title, way in ways.items():
        table = public_table(rows, *way.weighed(rows, first, answers))
        lines += ["", f"### {title}", "", "| on | figure | 95 % interval | rows |", "|---|---|---|---|", *table]
        lines += own_tables(models_dir, way)
    lines += buried_table(models_dir, config_dir)
    if answers is not None and (newer := int(np.isnan(answers).any(axis=1).sum())):
        told = f"{newer} rows are newer than the reader: in the figures of both readings the first alone judges them."
        lines += ["", told]
    print("\n".join(lines))
    _into_card(models_dir / "CARD.md", "\n".join(lines))
    if reviewed:
        read = reviewed_rows(reviewed, models_dir)[0]
        held = gather([(REVIEWED, row, reviewed_target) for row in read], lexicon, word_kinds(models_dir))
        print("\n".join(reviewed_table(held, both.judged(held)[1])))


@dataclass(frozen=True, slots=True)
class Way:
    """How a text is read: by the first reading alone, or also by both together (``twice``), which may only raise."""

    fitted: Fitted
    twice: Twice | None
    lexicon: Lexicon
    policy: RiskPolicy

    def judged(self, rows: Rows) -> tuple[Floats, Ranks]:
        """Probabilities (rows x heads) and the ranks of levels, for rows that nothing learnt from."""
        answers = None if self.twice is None else asked(self.twice.second, rows.texts)
        return self.weighed(rows, self.fitted.log_odds(self.fitted.raw(rows)), answers)

    def weighed(self, rows: Rows, first: Floats, answers: Floats | None) -> tuple[Floats, Ranks]:
        """The same from the first reading's calibrated log-odds and the reader's answers.

        A row without an answer (NaN), because it is newer than the reader, is judged by the first reading alone.
        """
        found = settled(first)
        ranks = levels(rows, found, self.lexicon, self.policy)
        if self.twice is None or answers is None:
            return found, ranks
        read = ~np.isnan(answers).any(axis=1)
        found[read] = together(self.twice.shares, first[read], answers[read])
        again = levels(rows, found, self.lexicon, self.policy.for_second_reading())
        return found, np.where(read, np.maximum(ranks, again), ranks)


def held_out(models_dir: Path, lexicon: Lexicon) -> dict[str, Rows]:
    """Own rows that no model learns from, by sort; near-copies of a training row count as training rows."""
    rows, kinds = corpus_rows(models_dir), word_kinds(models_dir)
    pairs = near_copies([str(row["text"]) for row in rows], NEAR_COPY)
    trained = {place for place, row in enumerate(rows) if row["split"] == "train"}
    near = {place for first, second, _ in pairs for place in (first, second) if trained & {first, second}} - trained
    kept = [row for place, row in enumerate(rows) if place not in near | trained]
    sorts = {
        "held-out": [row for row in kept if row["file"] == "heldout.jsonl"],
        "older held-out": [row for row in kept if row["split"] == "heldout" and row["file"] != "heldout.jsonl"],
        "idioms": [row for row in kept if row["split"] == "idioms"],
    }
    return {
        sort: gather([(sort, row, lambda given, _: (own_targets(given), 1.0)) for row in chosen], lexicon, kinds)
        for sort, chosen in sorts.items()
    }


def own_tables(models_dir: Path, way: Way) -> list[str]:
    """Lines over the own rows that nothing learnt from, and over disguised copies of the exam."""
    sorts = held_out(models_dir, way.lexicon)
    lines = [line for name, held in sorts.items() for line in own_table(name, held, *way.judged(held))]
    return lines + disguise_table(sorts["held-out"], way, word_kinds(models_dir))


def levels(rows: Rows, probabilities: Floats, lexicon: Lexicon, policy: RiskPolicy) -> Ranks:
    """The rank of the level that the policy gives each row."""
    ranks = []
    for text, row in zip(rows.texts, probabilities, strict=True):
        hits = lexicon.find(text)
        decision = decide(
            policy,
            hits=hits,
            tags=tags(hits),
            scores=dict(zip(HEADS, map(float, row), strict=True)),
            language=language_of(text),
            reading=reading(text),
        )
        ranks.append(decision.level.rank)
    return np.array(ranks)


def public_table(rows: Rows, probabilities: Floats, ranks: Ranks) -> list[str]:
    """Lines of the table over the public sets."""
    sources = np.array(rows.sources)
    labels = np.array([str(row.get("label", "")) for row in rows.raw])
    psy, cssrs = sources == "zh_psysuicide_valid", sources == "en_llm_cssrs"
    own = rows.targets[:, _SELF] == 1
    calm = labels == NO_RISK
    clear = psy & (own | calm)
    lines = _curve("zh_psysuicide suicide/self-harm against none", own[clear], probabilities[clear, _SELF])
    lines += _curve("zh_psysuicide any risk against none", ~calm[psy], probabilities[psy, _ANY])
    counsel = psy & np.array(["client_counselor" in str(row.get("source")) for row in rows.raw])
    lines += _curve("of these, written to a counsellor", ~calm[counsel], probabilities[counsel, _ANY])
    lines += [_share("zh_psysuicide risk rows: elevated or higher", (ranks[psy & ~calm] >= Level.ELEVATED.rank))]
    lines += [_share("zh_psysuicide none rows: elevated or higher", (ranks[psy & calm] >= Level.ELEVATED.rank))]
    severity = np.array([int(label) if label.isdigit() else 0 for label in labels[cssrs]])
    lines += _curve("en_llm_cssrs severity 1 and more", severity >= 1, probabilities[cssrs, _SELF])
    lines += _curve("en_llm_cssrs severity 4 and more", severity >= _ACTIVE_INTENT, probabilities[cssrs, _URGENT])
    for name in _ROUTINE:
        chosen = sources == name
        lines += [_share(f"{name}: flagged as any risk", ranks[chosen] >= Level.ELEVATED.rank)]
        lines += [_share(f"{name}: urgent", ranks[chosen] >= Level.HIGH.rank)]
    return lines


def own_table(name: str, held: Rows, probabilities: Floats, ranks: Ranks) -> list[str]:
    """Lines of the table over own rows that were never trained on."""
    truth = np.array([Level(row["level"]).rank for row in held.raw])
    scripts = np.array([row["lang"] for row in held.raw])
    hard = np.array([bool(row.get("hard_negative")) for row in held.raw])
    if name == "idioms":
        return _idiom_lines(ranks, scripts)
    calm, risk = truth < Level.ELEVATED.rank, truth >= Level.ELEVATED.rank
    urgent, worst = truth >= Level.HIGH.rank, truth == Level.IMMINENT.rank
    lines = [
        _share(f"own {name}: urgent recognised as urgent", ranks[urgent] >= Level.HIGH.rank),
        _share(f"own {name}: urgent given elevated or more", ranks[urgent] >= Level.ELEVATED.rank),
        _share(f"own {name}: exact level", ranks == truth),
        _share(f"own {name}: imminent given routine or less", ranks[worst] <= Level.ROUTINE.rank),
        _share(f"own {name}: no risk, flagged as any risk", ranks[calm] >= Level.ELEVATED.rank),
        _share(f"own {name}: no risk, urgent", ranks[calm] >= Level.HIGH.rank),
        _share(f"own {name} hard negatives: flagged as any risk", ranks[hard] >= Level.ELEVATED.rank),
    ]
    for level in Level:
        chosen = truth == level.rank
        lines.append(_share(f"own {name} {level.value}: given this level or more", ranks[chosen] >= level.rank))
    for script in sorted(set(scripts.tolist())):
        here = scripts == script
        lines.append(_share(f"own {name} {script}: risk recognised", ranks[here & risk] >= Level.ELEVATED.rank))
        lines.append(_share(f"own {name} {script}: urgent recognised", ranks[here & urgent] >= Level.HIGH.rank))
    return lines + _head_lines(name, held, probabilities)


def reviewed_table(held: Rows, ranks: Ranks) -> list[str]:
    """Lines of the table over reviewed rows; a group without any row has no line."""
    truth = np.array([Level(row["level"]).rank for row in held.raw], dtype=np.int64)
    risk, urgent = truth >= Level.ELEVATED.rank, truth >= Level.HIGH.rank
    figures = [
        ("urgent recognised as urgent", urgent, ranks >= Level.HIGH.rank),
        ("urgent given elevated or more", urgent, ranks >= Level.ELEVATED.rank),
        ("risk recognised", risk, ranks >= Level.ELEVATED.rank),
        ("no risk, flagged as any risk", ~risk, ranks >= Level.ELEVATED.rank),
        ("exact level", truth >= 0, ranks == truth),
    ]
    return [_share(f"reviewed: {name}", right[among]) for name, among, right in figures if among.any()]


def _head_lines(name: str, held: Rows, probabilities: Floats) -> list[str]:
    curves = [
        _curve(f"own {name} head {head}", held.targets[:, column] == 1, probabilities[:, column])
        for column, head in enumerate(HEADS)
    ]
    return [line for curve in curves for line in curve]


def _idiom_lines(ranks: Ranks, scripts: npt.NDArray[np.str_]) -> list[str]:
    flagged = ranks >= Level.ELEVATED.rank
    by_script = [
        _share(f"own idioms {each}: flagged as any risk", flagged[scripts == each])
        for each in sorted(set(scripts.tolist()))
    ]
    urgent = _share("own idioms: urgent", ranks >= Level.HIGH.rank)
    return [*by_script, _share("own idioms: flagged as any risk", flagged), urgent]


def disguise_table(held: Rows, way: Way, kinds: Kinds) -> list[str]:
    """How many held-out risk rows are still recognised in each disguise."""
    risk = [row for row in held.raw if Level(row["level"]).rank >= Level.ELEVATED.rank]
    lines: list[str] = []
    everything: list[bool] = []
    for name in ("as written", *TRANSFORMS):
        transform = TRANSFORMS.get(name, str)
        copies = [("copy", {**row, "text": transform(row["text"])}) for row in risk]
        given = [(source, row, lambda given, _: (own_targets(given), 1.0)) for source, row in copies]
        flags = way.judged(gather(given, way.lexicon, kinds))[1] >= Level.ELEVATED.rank
        lines.append(_share(f"own held-out risk rows, {name}: recognised", flags))
        everything += flags.tolist() if name in TRANSFORMS else []
    return [*lines, _share(f"own held-out risk rows, all {len(TRANSFORMS)} disguises: recognised", everything)]


def buried_table(models_dir: Path, config_dir: Path) -> list[str]:
    """Whether fifty benign messages around a crisis line, or in one message with it, ever lower its level."""
    assessor = whole(models_dir, config_dir)
    rows = [row for row in corpus_rows(models_dir) if row["file"] == "heldout.jsonl"]
    urgent = [str(row["text"]) for row in rows if Level(row["level"]).urgent][
        :: max(1, len(rows) // 3 // _BURIED_LINES)
    ]
    messages = [assessor.judge(buried(line)).level.rank >= assessor.judge([line]).level.rank for line in urgent]
    one = [
        assessor.judge(["。\n".join(buried(line))]).level.rank >= assessor.judge([line]).level.rank for line in urgent
    ]
    return [
        _share("crisis line among 50 benign messages: level not lowered", messages),
        _share("crisis line among 50 benign sentences of one message: level not lowered", one),
    ]


def _curve(name: str, truth: npt.NDArray[np.bool_], scores: Floats) -> list[str]:
    """Area under the curve, and recall at specificity 0.95, with bootstrap intervals."""
    lines = []
    for label, measure in (("AUC", _area), ("recall at specificity .95", _recall)):
        low, high = _interval(truth, scores, measure)
        rows = f"{int(truth.sum())} / {len(truth)}"
        lines.append(f"| {name}: {label} | {measure(truth, scores):.3f} | {low:.3f}–{high:.3f} | {rows} |")
    return lines


def _area(truth: npt.NDArray[np.bool_], scores: Floats) -> float:
    return float(roc_auc_score(truth, scores))


def _recall(truth: npt.NDArray[np.bool_], scores: Floats) -> float:
    return float((scores[truth] > np.quantile(scores[~truth], 0.95)).mean())


def _interval(truth: npt.NDArray[np.bool_], scores: Floats, measure: Any) -> tuple[float, float]:
    random = np.random.default_rng(0)
    yes, no = np.flatnonzero(truth), np.flatnonzero(~truth)
    values = []
    for _ in range(_RESAMPLES):
        places = np.concatenate([random.choice(yes, len(yes)), random.choice(no, len(no))])
        values.append(measure(truth[places], scores[places]))
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def _share(name: str, flags: Sequence[bool] | npt.NDArray[Any]) -> str:
    """A share with its Wilson interval."""
    count, total = int(np.sum(flags)), len(flags)
    share, z = count / total, 1.96
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * np.sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return f"| {name} | {share:.3f} | {max(0.0, middle - half):.3f}–{min(1.0, middle + half):.3f} | {count} / {total} |"


def _into_card(path: Path, table: str) -> None:
    start, end = "<!-- results -->", "<!-- end of results -->"
    text = path.read_text("utf-8") if path.is_file() else f"# Model card\n\n{start}\n{end}\n"
    before, _, rest = text.partition(start)
    after = rest.partition(end)[2]
    manifest = json.loads((path.parent / "manifest.json").read_text("utf-8"))
    name = "+".join([manifest["name"], *([manifest["reader"]["name"]] if "reader" in manifest else [])])
    path.write_text(f"{before}{start}\nMeasured for `{name}`.\n\n{table}\n{end}{after}", "utf-8")
