//! What the random functions of charts give: decided from the inputs and the build.

use crate::failure::Warning;
use crate::inputs::{ChartEngine, Inputs, NoToken, RandomnessMode};
use crate::plan::{Facts, PlanError, Purpose, adjusted};
use crate::secret::Secret;

/// What the random functions of charts give.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Randomness {
    /// New values in every run.
    #[default]
    Fresh,
    /// Values made of a seed.
    Seeded(Secret),
    /// What is published, where it is there.
    Keep,
}

/// Decides what random functions give.
pub(super) fn randomness(
    purpose: Purpose,
    inputs: &Inputs,
    (facts, warnings): (&Facts, &mut Vec<Warning>),
) -> Result<Randomness, PlanError> {
    let word = match inputs.randomness {
        RandomnessMode::Fresh => return Ok(Randomness::Fresh),
        RandomnessMode::Seeded => "seeded",
        RandomnessMode::Keep => "keep",
    };
    if inputs.chart_engine == ChartEngine::Helm {
        return Err(PlanError::RandomHelm { word });
    }
    if inputs.randomness == RandomnessMode::Keep {
        return match purpose {
            Purpose::Render => Err(PlanError::NothingToKeep),
            Purpose::Preview | Purpose::Publish => Ok(Randomness::Keep),
        };
    }
    match &inputs.random_seed {
        Ok(seed) => Ok(Randomness::Seeded(seed.clone())),
        // Builds of forks may not see secrets, and still have to tell whether the definition works.
        Err(_) if facts.pull_request => {
            warnings.push(adjusted(
                "there is no RANDOM_SEED in this build of a pull request, so that random values \
                 are new",
                "let builds of pull requests see the secret variable, if they are trusted",
            ));
            Ok(Randomness::Fresh)
        }
        Err(NoToken::Absent) => Err(PlanError::NoSeed),
        Err(NoToken::Unexpanded(error)) => Err(PlanError::Token(error.clone())),
    }
}
