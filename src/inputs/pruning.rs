//! The inputs that say what may be deleted in the destination.

use crate::inputs::{InputError, Raw};
use std::fmt;

/// Which files a run deletes that it does not render.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prune {
    /// Those that earlier runs of the definition and environment wrote.
    #[default]
    Owned,
    /// Whatever stands in the environment's folder.
    Environment,
    /// None.
    None,
}

/// How many of an environment's objects a run may delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletionLimit {
    /// So many percent of them, and not all.
    Percent(usize),
    /// So many, and not all.
    Objects(usize),
    /// All.
    Lifted,
}

/// What may be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pruning {
    /// `prune`.
    pub mode: Prune,
    /// `deletionLimit`.
    pub limit: DeletionLimit,
}

const MODES: &[(&str, Prune)] =
    &[("owned", Prune::Owned), ("environment", Prune::Environment), ("none", Prune::None)];

impl Pruning {
    /// Returns what the inputs say of deletions.
    pub(super) fn parse(raw: &Raw) -> Result<Self, InputError> {
        let text = raw.text("deletionLimit").unwrap_or_default();
        let limit = DeletionLimit::parse(&text).ok_or_else(|| {
            let reason = "it is a share such as 50%, or a number of objects such as 20";
            raw.malformed("deletionLimit", reason)
        })?;
        Ok(Self { mode: raw.pick("prune", MODES)?, limit })
    }
}

impl DeletionLimit {
    fn parse(text: &str) -> Option<Self> {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let number = |text: &str| text.parse().ok().filter(|_| is_number(text));
        match text.strip_suffix('%') {
            None => number(text).map(Self::Objects),
            Some(percent) => match number(percent.trim_end())? {
                100 => Some(Self::Lifted),
                percent @ 0..100 => Some(Self::Percent(percent)),
                _ => None,
            },
        }
    }

    /// Tells whether so many of so many objects may go.
    pub fn allows(self, deleted: usize, published: usize) -> bool {
        let share = match self {
            Self::Lifted => return true,
            Self::Percent(percent) => {
                deleted.saturating_mul(100) <= published.saturating_mul(percent)
            }
            Self::Objects(objects) => deleted <= objects,
        };
        deleted == 0 || share && deleted < published
    }
}

impl fmt::Display for DeletionLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Objects(objects) => write!(f, "{objects}"),
            Self::Lifted => f.write_str("100%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_share_or_a_number() {
        let parsed = |text| DeletionLimit::parse(text);
        assert_eq!(parsed("50%"), Some(DeletionLimit::Percent(50)));
        assert_eq!(parsed("0 %"), Some(DeletionLimit::Percent(0)));
        assert_eq!(parsed("100%"), Some(DeletionLimit::Lifted));
        assert_eq!(parsed("100"), Some(DeletionLimit::Objects(100)));
        for text in ["", "%", "101%", "-1", "+5", "5.5%", "half", "50%%", "99999999999999999999"] {
            assert_eq!(parsed(text), None, "{text}");
        }
    }

    #[test]
    fn the_share_itself_may_go_and_never_all() {
        let half = DeletionLimit::Percent(50);
        assert!(half.allows(5, 10) && !half.allows(6, 10));
        assert!(!half.allows(1, 1) && half.allows(0, 0));
        let three = DeletionLimit::Objects(3);
        assert!(three.allows(3, 4) && !three.allows(4, 9) && !three.allows(3, 3));
        assert!(DeletionLimit::Lifted.allows(9, 9));
        assert!(!DeletionLimit::Percent(0).allows(1, 1000));
    }
}
