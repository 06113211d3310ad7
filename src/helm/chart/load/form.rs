//! Which form of charts a chart is of: its `apiVersion`.

use crate::helm::chart::decode::{Record, document};
use crate::helm::chart::load::{LoadError, in_file};
use crate::helm::{File, Profile};

const INVALID: &str = "invalid chart apiVersion";
const UNSUPPORTED: &str = "an error occurred while checking for chart dependencies. You may need \
                           to run `helm dependency build` to fetch missing dependencies: \
                           unsupported chart dependency type";

/// Checks the form of a chart, if a Helm looks at it: 3.17 takes any for its own.
pub(super) fn check(files: &[File], profile: Profile, missing: LoadError) -> Result<(), LoadError> {
    if profile == Profile::Helm317 {
        return Ok(());
    }
    let Some(file) = files.iter().find(|file| file.path == "Chart.yaml") else {
        return Err(missing);
    };
    let form = || {
        let root = document(&file.content)?;
        Record::root(&root, "loader.chartBase", "chartBase.")?.text("apiVersion")
    };
    let form = form().map_err(in_file("Chart.yaml"))?;
    let has_parts = files.iter().any(|file| file.path.starts_with("charts/"));
    match form.as_str() {
        Some("" | "v1" | "v2") => Ok(()),
        Some("v3") => Err(LoadError::Future(if has_parts { UNSUPPORTED } else { INVALID })),
        _ => Err(LoadError::Form),
    }
}
