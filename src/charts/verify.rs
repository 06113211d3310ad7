//! Both engines side by side: every chart of a folder, with all its values.

mod cases;
mod comparison;

pub use cases::Case;

use crate::charts::chance::Fall;
use crate::charts::{By, ChartError, Engine, Release, parallel};
use crate::host::clock;
use comparison::{Comparison, compare};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How often Helm is asked again where it gives something else: what is random, or tells the time,
/// is known only once it has changed.
const MOST_RUNS: usize = 4;
/// After what time even the second of the clock is another one.
const A_SECOND: Duration = Duration::from_millis(1100);

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both give the same bytes.
    Equal,
    /// They differ only in lines that are random in Helm's output too.
    Random,
    /// They differ: the first line that does.
    Different {
        /// Its number, from 1.
        line: usize,
        /// What Helm has there.
        helm: String,
        /// What the engine has there.
        engine: String,
    },
    /// Both refuse it, with the same words.
    BothRefuse(String),
    /// Both refuse it, with other words.
    OtherWords {
        /// Helm's.
        helm: String,
        /// The engine's.
        engine: String,
    },
    /// Helm refuses what the engine renders.
    HelmRefuses(String),
    /// The engine refuses what Helm renders.
    EngineRefuses(String),
}

/// The cases of a folder with what came of them.
pub type Verdicts = Vec<(Case, Verdict)>;

impl Verdict {
    /// Tells whether the engine gives something else than Helm and does not say so.
    pub fn is_silent_difference(&self) -> bool {
        matches!(self, Self::Different { .. } | Self::HelmRefuses(_))
    }

    /// Returns the words under which it is counted.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Random => "equal but for random lines",
            Self::Different { .. } => "different",
            Self::BothRefuse(_) => "refused by both",
            Self::OtherWords { .. } => "refused by both, in other words",
            Self::HelmRefuses(_) => "refused by Helm alone",
            Self::EngineRefuses(_) => "refused by the engine alone",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Equal | Self::Random => Ok(()),
            Self::BothRefuse(problem)
            | Self::HelmRefuses(problem)
            | Self::EngineRefuses(problem) => {
                write!(f, ": {problem}")
            }
            Self::OtherWords { helm, engine } => {
                write!(f, "\n  Helm:   {helm}\n  engine: {engine}")
            }
            Self::Different { line, helm, engine } => {
                write!(f, ", first in line {line}\n  Helm:   {helm}\n  engine: {engine}")
            }
        }
    }
}

/// Renders every case below a folder with both engines, several at a time, and returns the verdicts
/// in the order of the cases. A Helm that is not there or cannot be run is an error.
pub async fn verify(
    folder: &Path,
    engine: &Arc<Engine>,
    mut done: impl FnMut(&str, usize, usize),
) -> Result<Verdicts, ChartError> {
    engine.installed().await?;
    let cases = cases::below(folder).map_err(|source| ChartError::Unlisted {
        folder: folder.to_owned(),
        source: Some(source),
    })?;
    if cases.is_empty() {
        return Err(ChartError::Unlisted { folder: folder.to_owned(), source: None });
    }
    let slots = Arc::new(Semaphore::new(parallel()));
    let mut running = JoinSet::new();
    for (place, case) in cases.iter().cloned().enumerate() {
        let (slots, engine) = (Arc::clone(&slots), Arc::clone(engine));
        running.spawn(async move {
            let _slot = slots.acquire_owned().await;
            (place, verdict(&case, &engine).await)
        });
    }
    let (mut verdicts, mut count) = (vec![None; cases.len()], 0);
    while let Some(ended) = running.join_next().await {
        let (place, verdict) = ended.map_err(|_lost| ChartError::Lost)?;
        count += 1;
        done(cases.get(place).map_or("", |case| &case.name), count, cases.len());
        if let Some(slot) = verdicts.get_mut(place) {
            *slot = Some(verdict?);
        }
    }
    Ok(cases.into_iter().zip(verdicts.into_iter().flatten()).collect())
}

async fn verdict(case: &Case, engine: &Arc<Engine>) -> Result<Verdict, ChartError> {
    let release = case.release()?;
    let ours = engine.built_in(release.clone(), Fall::default()).await;
    let helm = by_helm(engine, &release).await?;
    let (ours, helm) = match (ours, helm) {
        (Ok((ours, _)), Ok(helm)) => (ours.text, helm),
        (Ok(_), Err(helm)) => return Ok(Verdict::HelmRefuses(first_line(&helm))),
        (Err(ours), Ok(_)) => return Ok(Verdict::EngineRefuses(first_line(&ours))),
        (Err(ours), Err(helm)) => return Ok(refused(&ours, &helm)),
    };
    compared(&ours, helm, (engine, &release)).await
}

/// Compares with Helm's output, and with as many more as it takes to know what is random.
async fn compared(
    ours: &[u8],
    helm: Vec<u8>,
    (engine, release): (&Engine, &Release),
) -> Result<Verdict, ChartError> {
    let mut outputs = vec![helm];
    loop {
        match compare(ours, &outputs) {
            Comparison::Equal => return Ok(Verdict::Equal),
            Comparison::Random => return Ok(Verdict::Random),
            Comparison::Different { line, helm, engine } if outputs.len() > MOST_RUNS => {
                return Ok(Verdict::Different { line, helm, engine });
            }
            Comparison::Different { .. } if outputs.len() > 1 => clock::wait(A_SECOND).await,
            Comparison::Different { .. } => {}
        }
        match by_helm(engine, release).await? {
            Ok(output) => outputs.push(output),
            // What Helm sometimes refuses has no bytes to compare with.
            Err(problem) => return Ok(Verdict::HelmRefuses(first_line(&problem))),
        }
    }
}

/// Returns Helm's manifests, or its refusal.
async fn by_helm(
    engine: &Engine,
    release: &Release,
) -> Result<Result<Vec<u8>, String>, ChartError> {
    match engine.by_helm(release, By::Helm).await {
        Ok(rendering) => Ok(Ok(rendering.text)),
        Err(ChartError::Helm { source, .. }) => Ok(Err(source.to_string())),
        Err(error) => Err(error),
    }
}

fn refused(ours: &str, helm: &str) -> Verdict {
    let (engine, helm) = (first_line(ours), first_line(helm));
    if engine == helm { Verdict::BothRefuse(helm) } else { Verdict::OtherWords { helm, engine } }
}

/// Returns the first line of what is refused: the one behind `Error: `, if there is one.
fn first_line(text: &str) -> String {
    let words = text.lines().find_map(|line| line.strip_prefix("Error: "));
    words.or_else(|| text.lines().next()).unwrap_or_default().trim().to_owned()
}
