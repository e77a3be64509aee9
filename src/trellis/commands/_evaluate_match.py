"""Match people managed with people who were not, and show balance and effects.

docs/how-to/match-a-comparison-group.md has worked examples and the shape of the JSON.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trellis.commands import CommandError

if TYPE_CHECKING:
    import polars as pl

    from trellis.evaluation.balance import Row
    from trellis.evaluation.effects import Effect
    from trellis.evaluation.matched_study import Question, Study

ORDERS = ("largest", "smallest", "data", "random", "closest")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the sub-command takes."""
    parser.add_argument("file", type=Path, metavar="DATA.csv", help="one row a person, with a line of column names")
    parser.add_argument("--treatment", required=True, metavar="COL", help="1 for people managed, 0 for others")
    parser.add_argument("--covariates", required=True, metavar="A,B,C", help="columns on which they should be alike")
    parser.add_argument("--outcome", metavar="COL", help="what came after: an amount, 0 and 1, or a count")
    parser.add_argument("--exposure", metavar="COL", help="time at risk, when the outcome is a count")
    parser.add_argument("--method", choices=["nearest", "subclass", "cem"], default="nearest")
    parser.add_argument("--distance", choices=["logit", "ps", "mahalanobis"], default="logit")
    parser.add_argument("--caliper", type=float, metavar="WIDTH", help="in standard deviations of the distance")
    parser.add_argument("--caliper-rule", choices=["all", "pooled", "raw"], default="all", help="what the width is of")
    parser.add_argument("--order", choices=ORDERS, help="who chooses first (default: largest score)")
    parser.add_argument("--ratio", type=int, default=1, metavar="K", help="controls for each person managed")
    parser.add_argument("--replace", action="store_true", help="let a control serve several people managed")
    parser.add_argument("--reuse-limit", type=int, metavar="K", help="how many at most")
    parser.add_argument("--exact", default="", metavar="A,B", help="columns that must be the same in a pair")
    parser.add_argument("--near", default="", metavar="A=0.2,B=1", help="calipers on columns, in standard deviations")
    parser.add_argument("--discard", choices=["none", "both", "treated", "control"], default="none")
    parser.add_argument("--subclasses", type=int, default=6, metavar="N", help="with --method subclass")
    parser.add_argument("--seed", type=int, default=1, help="of the random order")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def run(args: argparse.Namespace) -> int:
    """Read the file, compare, and print."""
    from trellis.evaluation import matched_study
    from trellis.rules.errors import Refused

    frame = read(args.file)
    try:
        study = matched_study.compare(frame, _question(args))
    except Refused as refusal:
        raise CommandError(f"{args.file}: {refusal}") from refusal
    print(json.dumps(shape(study), allow_nan=False) if args.json else readable(study, frame))
    return 0


def read(path: Path) -> pl.DataFrame:
    """The file's table; empty cells and NA are missing. Raises CommandError when there is no such CSV file."""
    import polars as pl

    try:
        return pl.read_csv(path, infer_schema_length=None, null_values=["NA"], glob=False)
    except FileNotFoundError:
        raise CommandError(f"There is no file {path}: check the name.") from None
    except pl.exceptions.NoDataError:
        raise CommandError(f"{path} is empty: its first line must name the columns.") from None
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = str(error).strip().partition("\n")[0]
        raise CommandError(f"{path} could not be read ({reason}): check that it is a whole CSV file.") from error


def shape(study: Study) -> dict[str, Any]:
    """What --json prints: see the how-to page."""
    match, alike = study.match, study.balance
    result: dict[str, Any] = {
        "weights": match.weights.tolist(),
        "pairs": match.pairs.tolist(),
        "strata": None if match.strata is None else match.strata.tolist(),
        "balance": [
            {
                "covariate": name,
                **{f"{key}_before": value for key, value in _figures(before).items()},
                **{f"{key}_after": value for key, value in _figures(after).items()},
            }
            for name, before, after in zip(alike.names, alike.before, alike.after, strict=True)
        ],
        "summary": {
            "treated": alike.treated,
            "controls": alike.controls,
            "matched_treated": alike.matched_treated,
            "matched_controls": alike.matched_controls,
            "effective_controls": alike.effective_controls,
            "caliper_width": match.width,
            "discarded": int(match.discarded.sum()),
            "tied": match.tied,
            "max_abs_smd": alike.largest if math.isfinite(alike.largest) else None,
            "worst_covariate": alike.worst,
            "verdict": alike.verdict,
            "sentence": alike.sentence,
        },
        "unmatched": alike.unmatched.tolist(),
    }
    if study.score is not None:
        result["score"] = {
            "linear": study.score.linear.tolist(),
            "probability": study.score.probability.tolist(),
            "dropped": list(study.score.dropped),
        }
    if study.question.outcome is not None:
        result["effects"] = [_effect(each, alike.verdict != "refuse") for each in study.effects]
        result["refusals"] = list(study.refusals)
    return result


def readable(study: Study, frame: pl.DataFrame) -> str:
    """The same for a person to read; an effect is shown only where the balance allows one."""
    alike = study.balance
    width = max(len(name) for name in alike.names)
    lines = [
        f"{alike.matched_treated:,} of {alike.treated:,} people managed matched with {alike.matched_controls:,} of "
        f"{alike.controls:,} others (worth {alike.effective_controls:,.1f} equally weighted).",
        "",
        f"{'Standardised difference':<{max(width, 23)}}  before   after",
    ]
    for name, before, after in zip(alike.names, alike.before, alike.after, strict=True):
        lines.append(f"{name:<{max(width, 23)}}  {before.smd:>6.2f}  {after.smd:>6.2f}")
    lines += ["", alike.sentence, *_left_out(study, frame)]
    if study.question.outcome is not None and alike.verdict != "refuse":
        # Where the groups are only nearly alike, the plain comparison is not one to read.
        shown = [each for each in study.effects if each.adjusted or alike.verdict == "good"]
        lines += ["", *(_said(each) for each in shown), *study.refusals]
    return "\n".join(lines)


def _question(args: argparse.Namespace) -> Question:
    from trellis.evaluation.matched_study import Question
    from trellis.evaluation.matching import Spec

    return Question(
        treatment=args.treatment,
        covariates=_listed(args.covariates),
        method=args.method,
        distance=args.distance,
        spec=Spec(
            order=args.order,
            ratio=args.ratio,
            replace=args.replace,
            reuse_limit=args.reuse_limit,
            caliper=args.caliper,
            caliper_rule=args.caliper_rule,
            discard=args.discard,
            seed=args.seed,
        ),
        exact=_listed(args.exact),
        near=tuple(_caliper(each) for each in _listed(args.near)),
        subclasses=args.subclasses,
        outcome=args.outcome,
        exposure=args.exposure,
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _caliper(text: str) -> tuple[str, float]:
    name, equals, width = text.partition("=")
    try:
        return name.strip(), float(width)
    except ValueError:
        missing = "has no width" if not equals else f"has the width {width!r}, which is not a number"
        raise CommandError(f"--near {text} {missing}: write COLUMN=0.2, in standard deviations.") from None


def _figures(row: Row) -> dict[str, float | None]:
    return {
        "mean_treated": row.mean_treated,
        "mean_control": row.mean_control,
        "smd": row.smd if math.isfinite(row.smd) else None,
        "variance_ratio": row.variance_ratio,
        "ecdf_mean": row.ecdf_mean,
        "ecdf_max": row.ecdf_max,
    }


def _effect(effect: Effect, reportable: bool) -> dict[str, Any]:
    return {
        "measure": effect.measure,
        "adjusted": effect.adjusted,
        "estimate": effect.estimate,
        "low": effect.low,
        "high": effect.high,
        "se": effect.se,
        "se_scale": "log" if effect.measure.endswith("ratio") else "as the estimate",
        "p_value": effect.p_value,
        "with_scheme": effect.with_scheme,
        "without": effect.without,
        "verdict": effect.verdict if reportable else "not assessed",
        "reportable": reportable,
        "errors": effect.errors,
        "people": effect.units,
        "clusters": effect.clusters,
        "caution": effect.caution,
    }


def _said(effect: Effect) -> str:
    kind = "adjusted" if effect.adjusted else "unadjusted"
    return (
        f"{effect.measure} ({kind}): {effect.estimate:,.4g} ({effect.low:,.4g} to {effect.high:,.4g}): "
        f"{effect.verdict}.{' ' + effect.caution if effect.caution else ''}"
    )


def _left_out(study: Study, frame: pl.DataFrame) -> list[str]:
    """Who the people managed without a match are, beside those with one."""
    if not study.balance.unmatched.size:
        return []
    from trellis.evaluation import design_matrix

    shown = design_matrix.all_levels(frame, study.question.covariates)
    means = [shown.matrix[rows].mean(axis=0) for rows in (study.match.matched_treated, study.balance.unmatched)]
    width = max(21, *(len(name) for name in shown.names))
    return [
        "",
        f"{'Average people managed':<{width}}    matched   left out",
        *(
            f"{name:<{width}}  {inside:>9,.2f}  {outside:>9,.2f}"
            for name, inside, outside in zip(shown.names, *means, strict=True)
        ),
    ]
