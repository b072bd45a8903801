//! Ranks, scales, plain correlations and summaries.

use super::super::{
    answer::{Answer, column},
    function::{Call, Function},
    generate::Random,
};
use super::shared::{cases, is_exact, json as list, tails, tails_are_exact, tame, tame_with_gaps, views};
use countermark_scoring::{self as scoring, Column, Mode, Normalization, RankMethod};
use serde_json::json;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Function] = &[
    Function { name: "rank", oracle: "numerai", tolerance: 1e-12, call: rank },
    Function { name: "normalize", oracle: "numerai", tolerance: 1e-12, call: normalize },
    Function { name: "orthogonalize", oracle: "numerai", tolerance: 1e-12, call: orthogonalize },
    Function { name: "stake_weight", oracle: "numerai", tolerance: 1e-12, call: stake_weight },
    Function { name: "one_hot_encode", oracle: "numerai", tolerance: 0.0, call: one_hot_encode },
    Function { name: "pair_correlation", oracle: "numerai", tolerance: 1e-12, call: pair_correlation },
    Function { name: "max_feature_correlation", oracle: "numerai", tolerance: 1e-12, call: max_feature },
    Function { name: "pairwise_correlation", oracle: "numerai", tolerance: 1e-12, call: pairwise },
    Function { name: "summarize", oracle: "numerai", tolerance: 1e-12, call: summarize },
];

fn rank(r: &mut Random) -> Call {
    let (method, name) = r.pick(&[
        (RankMethod::Average, "average"),
        (RankMethod::First, "first"),
        (RankMethod::Min, "min"),
        (RankMethod::Max, "max"),
        (RankMethod::Dense, "dense"),
    ]);
    let rows = r.rows();
    let mut all: Vec<_> = (0..1 + r.below(20)).map(|_| r.column(rows)).collect();
    for c in &mut all {
        for with in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            if r.below(4) == 0 {
                r.punch(c, 0.1, with);
            }
        }
    }
    let ours = all.iter().map(|c| scoring::rank(&c.into(), method)).collect();
    Call::new(json!({ "predictions": list(&all), "method": name }), cases(Ok(ours)))
}

fn normalize(r: &mut Random) -> Call {
    let (how, name) = r.pick(&[
        (Normalization::Center, "center"),
        (Normalization::Variance, "variance_normalize"),
        (Normalization::Standard, "standardize"),
        (Normalization::MinMax, "min_max_normalize"),
        (Normalization::Weight, "weight_normalize"),
    ]);
    let rows = r.below(2) * r.rows();
    let count = 1 + r.below(15);
    let mut all = tame_with_gaps(r, rows, count);
    if r.below(4) == 0 {
        r.punch(&mut all[0], 0.01, f64::INFINITY);
    }
    // What is left between gaps must add up exactly too.
    all.retain(|c| is_exact(&c.iter().copied().filter(|x| !x.is_nan()).collect::<Vec<_>>()));
    let ours = all.iter().map(|c| scoring::normalize(&c.into(), how)).collect();
    Call::new(json!({ "predictions": list(&all), "how": name }), cases(Ok(ours)))
}

fn orthogonalize(r: &mut Random) -> Call {
    let rows = r.rows();
    let all: Vec<_> = (0..1 + r.below(15)).map(|_| tame(r, rows)).collect();
    let mut by = tame(r, rows);
    if r.below(10) == 0 {
        r.punch(&mut by, 0.0, f64::NAN);
    }
    let ours = scoring::orthogonalize(&views(&all), &(&by).into());
    Call::new(json!({ "predictions": list(&all), "by": column(&by) }), cases(ours))
}

fn stake_weight(r: &mut Random) -> Call {
    let rows = r.rows();
    let count = 1 + r.below(10);
    let all = tame_with_gaps(r, rows, count);
    let stakes: Vec<f64> =
        all.iter().map(|_| r.pick(&[0.0, 1.0, 0.5, 100.0, f64::NAN]) * r.pick(&[1.0, 1.0, 3.7])).collect();
    let ours = scoring::stake_weight(&views(&all), &stakes).map(|v| vec![v]);
    Call::new(json!({ "predictions": list(&all), "stakes": column(&stakes) }), cases(ours))
}

fn one_hot_encode(r: &mut Random) -> Call {
    let rows = 1 + r.below(60);
    if r.below(2) == 0 {
        let texts: Vec<&str> = (0..rows).map(|_| r.pick(&["", "b", "a", "Z", "é", "aa"])).collect();
        let ours = scoring::one_hot_encode_text(&texts).map(|hot| {
            let names = hot.categories.iter().map(|c| (*c).to_owned());
            let cells = (0..hot.categories.len() as u32).flat_map(|k| hot.column(k));
            names.chain(cells.map(|x| format!("{x}"))).collect()
        });
        return Call::new(json!({ "texts": texts }), Answer::exact(ours));
    }
    let mut values: Vec<f64> = (0..rows).map(|_| r.pick(&[0.0, 0.25, -1.5, 0.1, 1e300])).collect();
    if r.below(4) == 0 {
        r.punch(&mut values, 0.1, f64::NAN);
    }
    let ours = scoring::one_hot_encode(&(&values).into()).map(|hot| {
        let columns = (0..hot.categories.len() as u32).map(|k| hot.column(k)).collect::<Vec<_>>();
        std::iter::once(hot.categories).chain(columns).collect()
    });
    Call::new(json!({ "values": column(&values) }), cases(ours))
}

fn pair_correlation(r: &mut Random) -> Call {
    let kind = r.pick(&["correlation", "pearson", "pearson", "spearman", "tie_broken_rank"]);
    let rows = r.rows();
    let k = if kind == "pearson" { tails(r, rows) } else { None };
    let mut target = tame(r, rows);
    let mut all = Vec::new();
    for _ in 0..1 + r.below(10) {
        let mut c =
            if kind == "spearman" || kind == "tie_broken_rank" { r.column(rows) } else { tame(r, rows) };
        if r.below(20) == 0 {
            r.punch(&mut c, 0.0, f64::NAN);
        }
        if r.below(20) == 0 {
            r.punch(&mut c, 0.0, f64::INFINITY);
        }
        if tails_are_exact(&c, &target, k) {
            all.push(c);
        }
    }
    if r.below(20) == 0 {
        r.punch(&mut target, 0.1, f64::NAN);
        all.retain(|c| tails_are_exact(c, &target, k));
    }
    let t = Column::from(&target);
    let one = |c: &Vec<f64>| match kind {
        "spearman" => scoring::spearman_correlation(&t, &c.into()),
        "tie_broken_rank" => scoring::tie_broken_rank_correlation(&t, &c.into()),
        _ => scoring::pearson_correlation(&t, &c.into(), k),
    };
    let ours = all.iter().map(one).collect::<Result<Vec<_>, _>>();
    let inputs = json!({
        "predictions": list(&all), "target": column(&target), "kind": kind, "top_bottom": k,
    });
    Call::new(inputs, Answer::each(ours))
}

fn max_feature(r: &mut Random) -> Call {
    let rows = r.rows();
    let k = tails(r, rows);
    let s = tame(r, rows);
    let mut features: Vec<_> = (0..r.below(12)).map(|_| tame(r, rows)).collect();
    features.retain(|f| tails_are_exact(&s, f, k));
    if r.below(10) == 0
        && let Some(f) = features.first_mut()
    {
        r.punch(f, 0.0, f64::NAN);
    }
    let views = views(&features);
    let ours = scoring::max_feature_correlation(&(&s).into(), &views, k);
    // Features so few and alike that rounding chooses between them are told by their correlation alone.
    let ours = ours.map(|(feature, r)| {
        let all = views.iter().map(|f| scoring::pearson_correlation(f, &(&s).into(), k));
        let near = all.flatten().filter(|x| (x.abs() - r).abs() < 1e-12).count();
        vec![vec![if near > 1 { -1.0 } else { feature as f64 }, r]]
    });
    Call::new(json!({ "s": column(&s), "features": list(&features), "top_bottom": k }), cases(ours))
}

fn pairwise(r: &mut Random) -> Call {
    let rows = 1 + r.rows();
    let count = 1 + r.below(10);
    let mut all: Vec<_> = (0..count).map(|_| tame(r, rows)).collect();
    if r.below(4) == 0 {
        r.punch(&mut all[0], 0.02, f64::NAN);
    }
    let kept: Vec<usize> = (0..rows).filter(|i| all.iter().all(|c| !c[*i].is_nan())).collect();
    all.retain(|c| is_exact(&kept.iter().map(|i| c[*i]).collect::<Vec<_>>()));
    let ours = scoring::pairwise_correlation(&views(&all), rows, Mode::Compat)
        .map(|v| v.into_iter().map(|p| vec![p.max, p.mean]).collect());
    Call::new(json!({ "predictions": list(&all), "rows": rows }), cases(ours))
}

fn summarize(r: &mut Random) -> Call {
    let rows = if r.below(10) == 0 { r.below(4) } else { r.rows() };
    let count = 1 + r.below(10);
    let mut all = tame_with_gaps(r, rows, count);
    all.retain(|c| {
        let pairs: Vec<_> = c.windows(2).filter(|w| !w[0].is_nan() && !w[1].is_nan()).collect();
        let column = |k: usize| pairs.iter().map(|w| w[k]).collect::<Vec<_>>();
        let known: Vec<f64> = c.iter().copied().filter(|x| !x.is_nan()).collect();
        is_exact(&known) && is_exact(&column(0)) && is_exact(&column(1))
    });
    let one = |c: &Vec<f64>| {
        let s = scoring::summarize(&c.into());
        vec![s.eras as f64, s.mean, s.sd, s.sharpe, s.max_drawdown, s.autocorrelation]
    };
    Call::new(json!({ "scores": list(&all) }), cases(Ok(all.iter().map(one).collect())))
}
