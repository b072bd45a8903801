//! Families of distributions and the ranges of their parameters.

use crate::Result;
use alloc::format;
use countermark_primitives::Error as Base;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Normal,
    Logistic,
    Laplace,
    T,
    Gamma,
    Lognormal,
    Exponential,
    Uniform,
    Beta,
    Poisson,
    NegativeBinomial,
    Binomial,
    NormalMixture,
}

/// What a parameter may be.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    Number,
    Positive,
    NotNegative,
    Share,
    PositiveShare,
    Whole,
}

impl Rule {
    /// Whether a number follows the rule; false for NaN and infinities.
    #[inline(always)]
    fn holds(self, x: f64) -> bool {
        match self {
            Self::Number => x.is_finite(),
            Self::Positive => x > 0.0 && x < f64::INFINITY,
            Self::NotNegative => (0.0..f64::INFINITY).contains(&x),
            Self::Share => (0.0..=1.0).contains(&x),
            Self::PositiveShare => x > 0.0 && x <= 1.0,
            Self::Whole => (0.0..1e15).contains(&x) && libm::floor(x) == x,
        }
    }

    const fn range(self) -> &'static str {
        match self {
            Self::Number => "a finite number",
            Self::Positive => "above 0",
            Self::NotNegative => "0 or more",
            Self::Share => "0..=1",
            Self::PositiveShare => "above 0, at most 1",
            Self::Whole => "a whole number",
        }
    }

    /// Refuses a parameter out of its range.
    pub(super) fn check(self, what: &'static str, x: f64) -> Result<()> {
        if self.holds(x) {
            return Ok(());
        }
        Err(Base::OutOfRange { what, got: format!("{x}"), range: self.range() }.into())
    }

    /// Whether all numbers follow the rule; without an early end, so that it becomes vector code.
    pub(super) fn all(self, values: &[f64]) -> bool {
        values.iter().fold(true, |all, x| all & self.holds(*x))
    }
}

impl Family {
    /// The family of a name that takes this many parameters.
    pub(super) fn parse(name: &str, parameters: usize) -> Result<Self> {
        let family = match name {
            "normal" => Self::Normal,
            "logistic" => Self::Logistic,
            "laplace" => Self::Laplace,
            "t" => Self::T,
            "gamma" => Self::Gamma,
            "lognormal" => Self::Lognormal,
            "exponential" => Self::Exponential,
            "uniform" => Self::Uniform,
            "beta" => Self::Beta,
            "poisson" => Self::Poisson,
            "negbinom" => Self::NegativeBinomial,
            "binomial" => Self::Binomial,
            "mixnorm" => Self::NormalMixture,
            _ => {
                let form = "family (normal, logistic, laplace, t, gamma, lognormal, exponential, uniform, beta, poisson, \
                            negbinom, binomial or mixnorm)";
                return Err(Base::InvalidText { what: "family", form }.into());
            }
        };
        let expected = family.parameters().len();
        let fits = match family {
            Self::NormalMixture => parameters > 0 && parameters.is_multiple_of(expected),
            _ => parameters == expected,
        };
        if !fits {
            return Err(Base::LengthMismatch { what: "parameters", expected, got: parameters }.into());
        }
        Ok(family)
    }

    /// Names and rules of the parameters; those of one component for a mixture.
    pub(super) const fn parameters(self) -> &'static [(&'static str, Rule)] {
        use Rule::{NotNegative, Number, Positive, PositiveShare, Share, Whole};
        match self {
            Self::Normal | Self::Logistic | Self::Laplace | Self::Lognormal => {
                &[("mu", Number), ("sigma", Positive)]
            }
            Self::T => &[("df", Positive), ("mu", Number), ("sigma", Positive)],
            Self::Gamma => &[("shape", Positive), ("rate", Positive)],
            Self::Exponential => &[("rate", Positive)],
            Self::Uniform => &[("min", Number), ("max", Number)],
            Self::Beta => &[("a", Positive), ("b", Positive)],
            Self::Poisson => &[("mean", Positive)],
            Self::NegativeBinomial => &[("n", Positive), ("prob", PositiveShare)],
            Self::Binomial => &[("n", Whole), ("prob", Share)],
            Self::NormalMixture => &[("mu", Number), ("sigma", Positive), ("weight", NotNegative)],
        }
    }

    /// Whether each number of each parameter follows its rule. What parameters must be to each other is not looked at.
    pub(super) fn holds(self, parameters: &[&[f64]]) -> bool {
        let rules = self.parameters();
        // A mixture has all means, then all standard deviations, then all weights.
        let each = (parameters.len() / rules.len()).max(1);
        parameters.chunks(each).zip(rules).all(|(these, (_, rule))| these.iter().all(|p| rule.all(p)))
    }
}
