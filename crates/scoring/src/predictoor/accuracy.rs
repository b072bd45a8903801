use super::within;
use crate::{Result, numeric::sum1};
use alloc::vec::Vec;
use countermark_primitives::{Seconds, Timestamp};

/// One slot of a feed, as the accuracy service sees it. Stakes are in whole tokens.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slot {
    /// When it starts.
    pub start: Timestamp,
    /// Stakes on up.
    pub staked_up: f64,
    /// All stakes.
    pub staked: f64,
    /// What happened; `None` while nobody said.
    pub truth: Option<bool>,
    /// Cancelled slots count for nothing but their stakes.
    pub canceled: bool,
}

/// What the accuracy service says of a feed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeedAccuracy {
    /// Slots the stakes foresaw.
    pub correct: u64,
    /// Slots with stakes and a true value that are not cancelled.
    pub evaluated: u64,
    /// `correct / evaluated` in percent; 0 when nothing is evaluated.
    pub percent: f64,
    /// Stakes of slots that start in the 24 hours before the day.
    pub staked_yesterday: f64,
    /// Stakes of slots that start in the day.
    pub staked_today: f64,
}

/// What the stakes of a slot foresee: up when more than half of them say so, so exactly half is down; `None` without
/// stakes.
///
/// ```
/// use countermark_scoring::predictoor::predicted_up;
/// assert_eq!(predicted_up(3.0, 5.0), Some(true));
/// assert_eq!(predicted_up(2.0, 4.0), Some(false));
/// assert_eq!(predicted_up(0.0, 0.0), None);
/// ```
pub fn predicted_up(staked_up: f64, staked: f64) -> Option<bool> {
    if staked == 0.0 { None } else { Some(staked_up / staked > 0.5) }
}

/// Accuracy of a feed over slots, as the accuracy service states it for its last week (slots of 5 minutes) or four
/// weeks (of an hour). `day` is when the present day began: a slot that starts exactly then, or 24 hours earlier,
/// counts for neither day's stakes.
///
/// # Errors
/// `non_finite` and `out_of_range` for stakes that are NaN, infinite or below 0.
///
/// ```
/// use countermark_primitives::Timestamp;
/// use countermark_scoring::predictoor::{Slot, feed_accuracy};
/// let slot = |start, staked_up, truth| Slot {
///     start: Timestamp::new(start), staked_up, staked: 10.0, truth, canceled: false,
/// };
/// let slots = [slot(90_000, 7.0, Some(true)), slot(90_300, 5.0, Some(true)), slot(90_600, 9.0, None)];
/// let a = feed_accuracy(&slots, Timestamp::new(86_400))?;
/// assert_eq!((a.correct, a.evaluated, a.percent, a.staked_today), (1, 2, 50.0, 30.0));
/// assert!(feed_accuracy(&[slot(0, f64::NAN, None)], Timestamp::new(0)).is_err());
/// # Ok::<(), countermark_scoring::Error>(())
/// ```
#[allow(clippy::cast_precision_loss, reason = "fewer than 2^53 slots")]
pub fn feed_accuracy(slots: &[Slot], day: Timestamp) -> Result<FeedAccuracy> {
    const DAY: Seconds = Seconds::new(86_400);
    let range = (0.0, f64::INFINITY);
    within("stake on up", &slots.iter().map(|s| s.staked_up).collect::<Vec<_>>(), range, "0..")?;
    within("stake", &slots.iter().map(|s| s.staked).collect::<Vec<_>>(), range, "0..")?;
    let staked = |wanted: &dyn Fn(&Slot) -> bool| -> f64 {
        let stakes: Vec<f64> = slots.iter().filter(|s| wanted(s)).map(|s| s.staked).collect();
        sum1(&stakes, |x| x)
    };
    let mut a = FeedAccuracy {
        correct: 0,
        evaluated: 0,
        percent: 0.0,
        // No slot can start 24 hours before a day that ends time.
        staked_yesterday: staked(&|s| s.start < day && s.start.after(DAY).is_ok_and(|end| end > day)),
        staked_today: staked(&|s| s.start > day),
    };
    for s in slots.iter().filter(|s| !s.canceled) {
        if let (Some(predicted), Some(truth)) = (predicted_up(s.staked_up, s.staked), s.truth) {
            a.evaluated += 1;
            a.correct += u64::from(predicted == truth);
        }
    }
    if a.correct > 0 {
        a.percent = a.correct as f64 / a.evaluated as f64 * 100.0;
    }
    Ok(a)
}
