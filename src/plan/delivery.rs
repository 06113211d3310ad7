//! How changes reach a branch: by a push, by a pull request, or by either.

use crate::inputs::{DeliveryMode, Inputs, Proposal};

/// How changes reach a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// They are pushed.
    Push,
    /// A pull request holds them.
    PullRequest(Box<Proposal>),
    /// They are pushed; where that is refused, a pull request holds them.
    Auto(Box<Proposal>),
}

impl Delivery {
    /// Returns how changes reach the branches.
    pub(super) fn of(inputs: &Inputs) -> Self {
        let proposal = || Box::new(inputs.proposal.clone());
        match inputs.delivery {
            DeliveryMode::Push => Self::Push,
            DeliveryMode::PullRequest => Self::PullRequest(proposal()),
            DeliveryMode::Auto => Self::Auto(proposal()),
        }
    }

    /// Returns what a pull request is to be like, where there may be one.
    pub fn proposal(&self) -> Option<&Proposal> {
        match self {
            Self::Push => None,
            Self::PullRequest(proposal) | Self::Auto(proposal) => Some(proposal),
        }
    }
}
